/** Features of every drive, whatever it records. */
import { core } from '../../scsi/features/core.js';
import { encodeDriveSerialNumber } from '../../scsi/features/drive-serial-number.js';
import { VENDOR, keepsNoTime } from '../../scsi/features/keeps-no-time.js';
import { morphing } from '../../scsi/features/morphing.js';
import { powerManagement } from '../../scsi/features/power-management.js';
import { encodeProfileList } from '../../scsi/features/profile-list.js';
import { randomReadable } from '../../scsi/features/random-readable.js';
import { realTimeStreaming } from '../../scsi/features/real-time-streaming.js';
import { removableMedium } from '../../scsi/features/removable-medium.js';
import { timeOut } from '../../scsi/features/time-out.js';
import { currentProfile, profiles } from '../profile.js';
import { type FeatureRow, always, blockBytes, hasMedium, blocking } from './feature-row.js';

const INTERFACE = { sata: 7, usb: 8 } as const;
const TRAY = 1;

export const DRIVE_FEATURES: readonly FeatureRow[] = [
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
    encode: (drive, current) =>
      core.encode({
        persistent: true,
        current,
        physicalInterfaceStandard: INTERFACE[drive.model.bus],
      }),
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
        logicalBlockSize: blockBytes(drive),
        blocking: blocking(drive),
        pagePresent: true,
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
  {
    code: keepsNoTime.code,
    has: ({ realtime }) => !realtime,
    isCurrent: always,
    encode: (_, current) => keepsNoTime.encode({ persistent: true, current, vendor: VENDOR }),
  },
];
