import { decodeShort } from '../binary/layout.js';
import { readBufferCapacity } from '../scsi/commands/read-buffer-capacity.js';
import { bdRead } from '../scsi/features/bd-read.js';
import { bdWrite } from '../scsi/features/bd-write.js';
import { cdMastering } from '../scsi/features/cd-mastering.js';
import { cdTrackAtOnce } from '../scsi/features/cd-track-at-once.js';
import { dvdPlusRDualLayer } from '../scsi/features/dvd-plus-r-dual-layer.js';
import { dvdPlusR } from '../scsi/features/dvd-plus-r.js';
import { dvdPlusRwDualLayer } from '../scsi/features/dvd-plus-rw-dual-layer.js';
import { dvdPlusRw } from '../scsi/features/dvd-plus-rw.js';
import { dvdRRwWrite } from '../scsi/features/dvd-r-rw-write.js';
import { decodeProfileList } from '../scsi/features/profile-list.js';
import { writeParameters } from '../scsi/mode-pages/write-parameters.js';
import { VENDOR, keepsNoTime } from '../scsi/features/keeps-no-time.js';
import { realTimeStreaming } from '../scsi/features/real-time-streaming.js';
import { removableMedium } from '../scsi/features/removable-medium.js';
import { bufferCapacity } from '../scsi/structures/buffer-capacity.js';
import { fromDrive } from './command.js';
import type { DriveCapabilities } from './drive.js';
import type { DriveSession } from './drive-session.js';
import { ifKnown } from './if-known.js';
import { ONE_PAGE_ROOM, modeSense } from './mode-sense.js';
import { mediumAbilities } from './medium-abilities.js';
import type { Basics } from './read-basics.js';

const PROFILE_LIST = 0x0000;
/** Loading mechanisms of MMC-5 table "Loading Mechanism Type" that the host can draw in: tray, and both changers. */
const MOTOR_TRAYS: readonly number[] = [1, 4, 5];

type Features = Basics['configuration']['features'];

interface Recorder {
  readonly testWrite: boolean;
  readonly bufferUnderrunFree: boolean;
  /** CD Mastering alone. */
  readonly sessionAtOnce?: boolean;
}

/** The recording features that know test write and buffer underrun protection. */
const RECORDERS: Readonly<Record<number, (bytes: Uint8Array) => Recorder>> = {
  [cdTrackAtOnce.code]: (bytes) => decodeShort(cdTrackAtOnce, bytes),
  [cdMastering.code]: (bytes) => decodeShort(cdMastering, bytes),
  [dvdRRwWrite.code]: (bytes) => decodeShort(dvdRRwWrite, bytes),
};

const currentRecorders = (features: Features): Recorder[] =>
  features.flatMap(({ featureCode, current, bytes }) => {
    const decode = RECORDERS[featureCode];
    return current && decode ? [decode(bytes)] : [];
  });

/** Features that readers have, too, and the bit that tells. */
const WRITE_BITS: Readonly<Record<number, (bytes: Uint8Array) => { readonly write: boolean }>> = {
  [dvdPlusRw.code]: (bytes) => decodeShort(dvdPlusRw, bytes),
  [dvdPlusR.code]: (bytes) => decodeShort(dvdPlusR, bytes),
  [dvdPlusRwDualLayer.code]: (bytes) => decodeShort(dvdPlusRwDualLayer, bytes),
  [dvdPlusRDualLayer.code]: (bytes) => decodeShort(dvdPlusRDualLayer, bytes),
};
const FEATURE_HEADER = 4;

/** A descriptor that ends before its Write bit says nothing against recording. */
const onlyReads = ({ featureCode, bytes }: Features[number]): boolean =>
  bytes.length > FEATURE_HEADER && WRITE_BITS[featureCode]?.(bytes).write === false;

const canStream = (features: Features): boolean => {
  const feature = features.find(({ featureCode }) => featureCode === realTimeStreaming.code);
  return (
    feature !== undefined && feature.current && decodeShort(realTimeStreaming, feature.bytes).streamWriting
  );
};

interface BdClasses {
  readonly reClass2: number;
  readonly rClass2: number;
}

/** In whatever medium is in the drive: the features list all classes that it knows. */
const knowsBdxl = (
  features: Features,
  { code }: { readonly code: number },
  decode: (bytes: Uint8Array) => BdClasses,
): boolean => {
  const feature = features.find(({ featureCode }) => featureCode === code);
  if (!feature) return false;
  const { reClass2, rClass2 } = decode(feature.bytes);
  return reClass2 !== 0 || rClass2 !== 0;
};

const bdxlOf = (features: Features): DriveCapabilities['bdxl'] => {
  if (knowsBdxl(features, bdWrite, (bytes) => decodeShort(bdWrite, bytes))) return 'record';
  return knowsBdxl(features, bdRead, (bytes) => decodeShort(bdRead, bytes)) ? 'read' : 'none';
};

const isTimeless = (features: Features): boolean => {
  const feature = features.find(({ featureCode }) => featureCode === keepsNoTime.code);
  return feature !== undefined && decodeShort(keepsNoTime, feature.bytes).vendor === VENDOR;
};

const bufferBytes = async (session: DriveSession, { page2A }: Basics): Promise<number> => {
  if (page2A !== undefined && page2A.bufferSize > 0) return page2A.bufferSize * 1024;
  const reply = await ifKnown(() =>
    session.run(
      fromDrive(readBufferCapacity, { allocationLength: bufferCapacity.size }, bufferCapacity.size),
    ),
  );
  return reply ? decodeShort(bufferCapacity, reply).lengthOfBuffer : 0;
};

/** A drive takes the page as long as it has it and no other; where it does not tell, it is taken for one of MMC. */
const writeParametersBytes = async (
  session: DriveSession,
): Promise<Pick<DriveCapabilities, 'writeParametersBytes'>> => {
  const { code, size } = writeParameters;
  const told = await ifKnown(() =>
    modeSense(session, { pageCode: code, pageControl: 0, room: ONE_PAGE_ROOM }),
  );
  const page = told?.pages.get(code);
  return page !== undefined && page.length > size ? { writeParametersBytes: page.length } : {};
};

const canLoad = ({ configuration }: Basics): boolean => {
  const feature = configuration.features.find(({ featureCode }) => featureCode === removableMedium.code);
  if (!feature) return false;
  const { load, loadingMechanismType } = decodeShort(removableMedium, feature.bytes);
  return load || MOTOR_TRAYS.includes(loadingMechanismType);
};

export const readCapabilities = async (session: DriveSession, basics: Basics): Promise<DriveCapabilities> => {
  const { features } = basics.configuration;
  const profileList = features.find(({ featureCode }) => featureCode === PROFILE_LIST);
  const recorders = currentRecorders(features);
  const current = features.filter((feature) => feature.current);
  const readOnlyFeatures = current.filter(onlyReads).map(({ featureCode }) => featureCode);
  const profiles = profileList
    ? decodeProfileList(profileList.bytes).map(({ profileNumber }) => profileNumber)
    : [];
  const maximumWriteKBps = basics.page2A?.maximumWriteSpeed ?? 0;
  return {
    profiles,
    currentFeatures: current.map(({ featureCode }) => featureCode),
    ...(readOnlyFeatures.length > 0 && { readOnlyFeatures }),
    media: mediumAbilities(basics, profiles),
    ...(maximumWriteKBps > 0 && { maximumWriteKBps }),
    testWrite: recorders.some(({ testWrite }) => testWrite),
    sessionAtOnce: recorders.some(({ sessionAtOnce }) => sessionAtOnce === true),
    bufferUnderrunFree: recorders.some((feature) => feature.bufferUnderrunFree),
    ...(recorders.length > 0 && (await writeParametersBytes(session))),
    streamWriting: canStream(features),
    bdxl: bdxlOf(features),
    ...(isTimeless(features) && { keepsNoTime: true as const }),
    bufferBytes: await bufferBytes(session, basics),
    ...(session.maxTransferBytes !== undefined && { maxTransferBytes: session.maxTransferBytes }),
    canLoad: canLoad(basics),
  };
};
