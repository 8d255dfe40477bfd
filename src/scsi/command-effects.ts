import type { Cdb } from './cdb.js';
import { blank } from './commands/blank.js';
import { closeTrackSession } from './commands/close-track-session.js';
import { formatUnit } from './commands/format-unit.js';
import { getConfiguration } from './commands/get-configuration.js';
import { getEventStatusNotification } from './commands/get-event-status-notification.js';
import { getPerformance } from './commands/get-performance.js';
import { inquiry } from './commands/inquiry.js';
import { mechanismStatus } from './commands/mechanism-status.js';
import { modeSelect10 } from './commands/mode-select-10.js';
import { modeSelect6 } from './commands/mode-select-6.js';
import { modeSense10 } from './commands/mode-sense-10.js';
import { modeSense6 } from './commands/mode-sense-6.js';
import { preventAllowMediumRemoval } from './commands/prevent-allow-medium-removal.js';
import { read10 } from './commands/read-10.js';
import { read12 } from './commands/read-12.js';
import { readBufferCapacity } from './commands/read-buffer-capacity.js';
import { readCapacity } from './commands/read-capacity.js';
import { readCdMsf } from './commands/read-cd-msf.js';
import { readCd } from './commands/read-cd.js';
import { readDiscInformation } from './commands/read-disc-information.js';
import { readDiscStructure } from './commands/read-disc-structure.js';
import { readFormatCapacities } from './commands/read-format-capacities.js';
import { readTocPmaAtip } from './commands/read-toc-pma-atip.js';
import { readTrackInformation } from './commands/read-track-information.js';
import { repairTrack } from './commands/repair-track.js';
import { requestSense } from './commands/request-sense.js';
import { reserveTrack } from './commands/reserve-track.js';
import { sendCueSheet } from './commands/send-cue-sheet.js';
import { sendDiscStructure } from './commands/send-disc-structure.js';
import { sendOpcInformation } from './commands/send-opc-information.js';
import { setCdSpeed } from './commands/set-cd-speed.js';
import { setStreaming } from './commands/set-streaming.js';
import { startStopUnit } from './commands/start-stop-unit.js';
import { synchronizeCache } from './commands/synchronize-cache.js';
import { testUnitReady } from './commands/test-unit-ready.js';
import { verify10 } from './commands/verify-10.js';
import { write10 } from './commands/write-10.js';
import { write12 } from './commands/write-12.js';
import { writeAndVerify10 } from './commands/write-and-verify-10.js';

/** The blocks that a command records or reads. */
export interface BlockAccess {
  readonly first: number;
  readonly count: number;
  readonly access: 'read' | 'write';
}

type Blocks = Omit<BlockAccess, 'access'>;

interface Effect {
  readonly cdb: Pick<Cdb<unknown, never>, 'opcode' | 'size'>;
  /** Something may be on the medium afterwards that was not, now or once the drive's buffer is recorded. */
  readonly alters: boolean;
  /** Absent where the CDB names no blocks by their address. */
  readonly blocks?: (cdb: Uint8Array) => Blocks;
}

type Transfer = Cdb<{ logicalBlockAddress: number; transferLength: number }, never>;

const transfer = (cdb: Transfer, alters: boolean): Effect => ({
  cdb,
  alters,
  blocks: (bytes) => {
    const { logicalBlockAddress, transferLength } = cdb.decode(bytes);
    return { first: logicalBlockAddress, count: transferLength };
  },
});

const verifiedBlocks = (bytes: Uint8Array): Blocks => {
  const { logicalBlockAddress, verificationLength } = verify10.decode(bytes);
  return { first: logicalBlockAddress, count: verificationLength };
};

const sectors = (bytes: Uint8Array): Blocks => {
  const { startingLogicalBlockAddress, transferLength } = readCd.decode(bytes);
  return { first: startingLogicalBlockAddress, count: transferLength };
};

const READING: readonly Effect[] = [
  transfer(read10, false),
  transfer(read12, false),
  { cdb: readCd, alters: false, blocks: sectors },
  { cdb: verify10, alters: false, blocks: verifiedBlocks },
];

const RECORDING: readonly Effect[] = [
  transfer(write10, true),
  transfer(write12, true),
  transfer(writeAndVerify10, true),
];

/**
 * Without addresses. RESERVE TRACK is recorded in a PMA or RMA, SEND DISC STRUCTURE sets where layer 0 ends, SEND OPC
 * INFORMATION writes to the calibration area, SYNCHRONIZE CACHE records what the buffer holds.
 */
const ALTERING = [
  blank,
  closeTrackSession,
  formatUnit,
  repairTrack,
  reserveTrack,
  sendDiscStructure,
  sendOpcInformation,
  synchronizeCache,
].map((cdb): Effect => ({ cdb, alters: true }));

const LEAVING_ALONE = [
  getConfiguration,
  getEventStatusNotification,
  getPerformance,
  inquiry,
  mechanismStatus,
  modeSelect10,
  modeSelect6,
  modeSense10,
  modeSense6,
  preventAllowMediumRemoval,
  readBufferCapacity,
  readCapacity,
  readCdMsf,
  readDiscInformation,
  readDiscStructure,
  readFormatCapacities,
  readTocPmaAtip,
  readTrackInformation,
  requestSense,
  sendCueSheet,
  setCdSpeed,
  setStreaming,
  startStopUnit,
  testUnitReady,
].map((cdb): Effect => ({ cdb, alters: false }));

/** Every command of `commands/` has its row; a test says so. */
const EFFECTS: ReadonlyMap<number, Effect> = new Map(
  [...READING, ...RECORDING, ...ALTERING, ...LEAVING_ALONE].map((effect) => [effect.cdb.opcode, effect]),
);

const effectOf = (cdb: Uint8Array): Effect | undefined => EFFECTS.get(cdb[0] ?? 0);

/**
 * Whether a command may alter the medium: then a drive may tell only later that it failed. Of commands that are not in
 * `commands/`, nobody knows: undefined.
 */
export const altersMedium = (cdb: Uint8Array): boolean | undefined => effectOf(cdb)?.alters;

/** Undefined for a command that addresses no blocks, or is too short to. */
export const addressedBlocks = (cdb: Uint8Array): BlockAccess | undefined => {
  const effect = effectOf(cdb);
  if (effect === undefined || cdb.length < effect.cdb.size) return undefined;
  return effect.blocks && { ...effect.blocks(cdb), access: effect.alters ? 'write' : 'read' };
};
