import { bdRead } from '../scsi/features/bd-read.js';
import { bdWrite } from '../scsi/features/bd-write.js';
import { cdMastering } from '../scsi/features/cd-mastering.js';
import { cdRead } from '../scsi/features/cd-read.js';
import { cdRwMediaWrite } from '../scsi/features/cd-rw-media-write.js';
import { cdTrackAtOnce } from '../scsi/features/cd-track-at-once.js';
import { core } from '../scsi/features/core.js';
import { encodeDriveSerialNumber } from '../scsi/features/drive-serial-number.js';
import { dvdPlusR } from '../scsi/features/dvd-plus-r.js';
import { dvdPlusRw } from '../scsi/features/dvd-plus-rw.js';
import { dvdRead } from '../scsi/features/dvd-read.js';
import { formattable } from '../scsi/features/formattable.js';
import { hardwareDefectManagement } from '../scsi/features/hardware-defect-management.js';
import { morphing } from '../scsi/features/morphing.js';
import { multiRead } from '../scsi/features/multi-read.js';
import { powerManagement } from '../scsi/features/power-management.js';
import { encodeProfileList } from '../scsi/features/profile-list.js';
import { randomReadable } from '../scsi/features/random-readable.js';
import { randomWritable } from '../scsi/features/random-writable.js';
import { realTimeStreaming } from '../scsi/features/real-time-streaming.js';
import { removableMedium } from '../scsi/features/removable-medium.js';
import { timeOut } from '../scsi/features/time-out.js';
import type { VirtualKind } from './media.js';
import { currentProfile, profiles } from './profile.js';
import type { VirtualDrive } from './virtual-drive.js';

type Question = (drive: VirtualDrive) => boolean;

/** One feature descriptor: whether the drive has it, whether it is current with the present medium, what it says. */
interface FeatureRow {
  readonly code: number;
  readonly has: Question;
  readonly isCurrent: Question;
  readonly encode: (drive: VirtualDrive, current: boolean) => Uint8Array;
}

const always: Question = () => true;
const hasMedium: Question = ({ medium }) => medium !== undefined;

const reads =
  (...kinds: readonly VirtualKind[]): Question =>
  ({ model }) =>
    kinds.some((kind) => model.reads.includes(kind));
const writes =
  (...kinds: readonly VirtualKind[]): Question =>
  ({ model }) =>
    kinds.some((kind) => model.writes.includes(kind));
/** One of these media is in, whatever the drive does with it. */
const holds =
  (...kinds: readonly VirtualKind[]): Question =>
  ({ kindName }) =>
    kinds.some((kind) => kind === kindName);
/** One of these media is in and can be recorded here, and is not finalized. */
const records =
  (...kinds: readonly VirtualKind[]): Question =>
  (drive) =>
    drive.canRecord && holds(...kinds)(drive) && !drive.tables.finalized;

const CD = ['cd-r', 'cd-rw'] as const;
const DVD = ['dvd+r', 'dvd+rw'] as const;
const OVERWRITABLE = ['dvd+rw', 'bd-re'] as const;

/** Raw audio (0) and mode 1 (8). */
const DATA_BLOCK_TYPES = (1 << 0) | (1 << 8);
const SATA = 7;
const TRAY = 1;
const BD_RE_VERSION_2 = 1 << 2;
const BD_R_VERSION_1 = 1 << 1;
const CD_RW_SUB_TYPES = 0b0111;
const LARGEST_CUE_SHEET = 8 * 300;

const lastBlock = (drive: VirtualDrive): number => {
  if (drive.medium === undefined) return 0;
  return (drive.tables.format?.blocks ?? drive.tables.capacity) - 1;
};

const blocking = ({ kind }: VirtualDrive): number => kind?.eccBlocks ?? 1;

const hasSpares: Question = (drive) =>
  holds('bd-re')(drive) && drive.tables.format !== null && drive.tables.format.type !== 0x31;

/** In the order of their codes. */
export const FEATURES: readonly FeatureRow[] = [
  {
    code: 0x0000,
    has: always,
    isCurrent: always,
    encode: (drive) =>
      encodeProfileList(
        profiles(drive).map((profileNumber) => ({
          profileNumber,
          current: profileNumber === currentProfile(drive),
        })),
      ),
  },
  {
    code: core.code,
    has: always,
    isCurrent: always,
    encode: (_, current) => core.encode({ persistent: true, current, physicalInterfaceStandard: SATA }),
  },
  {
    code: morphing.code,
    has: always,
    isCurrent: always,
    encode: (_, current) => morphing.encode({ persistent: true, current }),
  },
  {
    code: removableMedium.code,
    has: always,
    isCurrent: always,
    encode: (_, current) =>
      removableMedium.encode({
        persistent: true,
        current,
        loadingMechanismType: TRAY,
        load: true,
        eject: true,
        mediaLock: true,
      }),
  },
  {
    code: randomReadable.code,
    has: always,
    isCurrent: hasMedium,
    encode: (drive, current) =>
      randomReadable.encode({
        current,
        logicalBlockSize: 2048,
        blocking: blocking(drive),
        pagePresent: true,
      }),
  },
  {
    code: multiRead.code,
    has: reads(...CD),
    isCurrent: holds(...CD),
    encode: (_, current) => multiRead.encode({ current }),
  },
  {
    code: cdRead.code,
    has: reads(...CD),
    isCurrent: holds(...CD),
    encode: (_, current) => cdRead.encode({ current }),
  },
  {
    code: dvdRead.code,
    has: reads(...DVD),
    isCurrent: holds(...DVD),
    encode: (_, current) => dvdRead.encode({ current }),
  },
  {
    code: randomWritable.code,
    has: writes(...OVERWRITABLE),
    isCurrent: records(...OVERWRITABLE),
    encode: (drive, current) =>
      randomWritable.encode({
        current,
        lastLogicalBlockAddress: lastBlock(drive),
        logicalBlockSize: 2048,
        blocking: blocking(drive),
        pagePresent: true,
      }),
  },
  {
    code: formattable.code,
    has: writes(...OVERWRITABLE),
    isCurrent: records(...OVERWRITABLE),
    encode: (drive, current) => {
      const bd = holds('bd-re')(drive);
      return formattable.encode({ current, renosa: bd, quickCertification: bd, certification: bd });
    },
  },
  {
    code: hardwareDefectManagement.code,
    has: writes('bd-re'),
    isCurrent: hasSpares,
    encode: (_, current) => hardwareDefectManagement.encode({ current, supportsSpareAreas: true }),
  },
  {
    code: dvdPlusRw.code,
    has: reads('dvd+rw'),
    isCurrent: holds('dvd+rw'),
    encode: (drive, current) =>
      dvdPlusRw.encode({ current, write: writes('dvd+rw')(drive), closeOnly: false, quickStart: false }),
  },
  {
    code: dvdPlusR.code,
    has: reads('dvd+r'),
    isCurrent: holds('dvd+r'),
    encode: (drive, current) => dvdPlusR.encode({ current, write: writes('dvd+r')(drive) }),
  },
  {
    code: cdTrackAtOnce.code,
    has: writes(...CD),
    isCurrent: records(...CD),
    encode: (_, current) =>
      cdTrackAtOnce.encode({
        current,
        bufferUnderrunFree: true,
        testWrite: true,
        cdRw: true,
        dataBlockTypes: DATA_BLOCK_TYPES,
      }),
  },
  {
    code: cdMastering.code,
    has: writes(...CD),
    isCurrent: records(...CD),
    encode: (_, current) =>
      cdMastering.encode({
        current,
        bufferUnderrunFree: true,
        sessionAtOnce: true,
        testWrite: true,
        cdRw: true,
        maximumCueSheetLength: LARGEST_CUE_SHEET,
      }),
  },
  {
    code: cdRwMediaWrite.code,
    has: writes('cd-rw'),
    isCurrent: records('cd-rw'),
    encode: (_, current) => cdRwMediaWrite.encode({ current, subTypes: CD_RW_SUB_TYPES }),
  },
  {
    code: bdRead.code,
    has: reads('bd-re'),
    isCurrent: holds('bd-re'),
    encode: (_, current) =>
      bdRead.encode({
        current,
        reClass0: BD_RE_VERSION_2,
        reClass1: 0,
        reClass2: 0,
        reClass3: 0,
        rClass0: BD_R_VERSION_1,
        rClass1: 0,
        rClass2: 0,
        rClass3: 0,
        romClass0: BD_R_VERSION_1,
        romClass1: 0,
        romClass2: 0,
        romClass3: 0,
      }),
  },
  {
    code: bdWrite.code,
    has: writes('bd-re'),
    isCurrent: records('bd-re'),
    encode: (_, current) =>
      bdWrite.encode({
        current,
        supportsVerifyNotRequired: true,
        reClass0: BD_RE_VERSION_2,
        reClass1: 0,
        reClass2: 0,
        reClass3: 0,
        rClass0: 0,
        rClass1: 0,
        rClass2: 0,
        rClass3: 0,
      }),
  },
  {
    code: powerManagement.code,
    has: always,
    isCurrent: always,
    encode: (_, current) => powerManagement.encode({ persistent: true, current }),
  },
  {
    code: timeOut.code,
    has: always,
    isCurrent: always,
    encode: (_, current) => timeOut.encode({ persistent: true, current, unitLength: 0 }),
  },
  {
    code: realTimeStreaming.code,
    has: always,
    isCurrent: hasMedium,
    encode: (_, current) =>
      realTimeStreaming.encode({
        current,
        readBufferCapacityBlock: true,
        setCdSpeed: true,
        modePage2A: true,
        writeSpeedPerformanceDescriptor: true,
        streamWriting: true,
      }),
  },
  {
    code: 0x0108,
    has: always,
    isCurrent: always,
    encode: ({ serial }) => encodeDriveSerialNumber(serial),
  },
];
