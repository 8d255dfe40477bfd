import { getPerformance } from '../../scsi/commands/get-performance.js';
import { readBufferCapacity } from '../../scsi/commands/read-buffer-capacity.js';
import { sendOpcInformation } from '../../scsi/commands/send-opc-information.js';
import { setCdSpeed } from '../../scsi/commands/set-cd-speed.js';
import { setStreaming } from '../../scsi/commands/set-streaming.js';
import { bufferCapacity } from '../../scsi/structures/buffer-capacity.js';
import { encodeNominalPerformance, encodeWriteSpeeds } from '../../scsi/structures/performance.js';
import { streamingPerformance } from '../../scsi/structures/streaming-performance.js';
import { INVALID_FIELD_IN_CDB, INVALID_FIELD_IN_PARAMETERS, refusal } from '../refusal.js';
import { speedsOf } from '../media.js';
import type { VirtualDrive } from '../virtual-drive.js';
import type { Handler } from './request.js';

const TYPE = { performance: 0, writeSpeed: 3 } as const;
const TOLERANCE = 0b10;
const NOMINAL = 0;
const EXCEPTIONS = 2;
const BLOCK_BYTES = 2048;
const MAXIMUM = 0xffff;

const recordableSpeeds = (drive: VirtualDrive): number[] =>
  drive.kind !== undefined && drive.canRecord ? speedsOf(drive.kind) : [];

/** Every medium is read as fast as it can be recorded at most. */
const readSpeed = (drive: VirtualDrive): number => (drive.kind && speedsOf(drive.kind)[0]) ?? 0;

const lastBlock = (drive: VirtualDrive): number =>
  drive.medium === undefined ? 0 : drive.tables.capacity - 1;

const nominal = (drive: VirtualDrive, write: boolean, most: number): Uint8Array => {
  const speed = write ? drive.pace.writeKBps : readSpeed(drive);
  const descriptor = {
    startLba: 0,
    startPerformance: speed,
    endLba: lastBlock(drive),
    endPerformance: speed,
  };
  return encodeNominalPerformance(speed === 0 ? [] : [descriptor].slice(0, most), write);
};

const writeSpeeds = (drive: VirtualDrive, most: number): Uint8Array =>
  encodeWriteSpeeds(
    recordableSpeeds(drive)
      .slice(0, most)
      .map((writeSpeed) => ({
        writeRotationControl: 0,
        restoreDriveDefaults: false,
        exact: true,
        mixedReadWrite: false,
        endLba: lastBlock(drive),
        readSpeed: readSpeed(drive),
        writeSpeed,
      })),
  );

export const answerPerformance: Handler = (drive, { cdb }) => {
  const { type, tolerance, except, write, maximumNumberOfDescriptors } = getPerformance.decode(cdb);
  if (type === TYPE.writeSpeed) return writeSpeeds(drive, maximumNumberOfDescriptors);
  if (type !== TYPE.performance || tolerance !== TOLERANCE || except > EXCEPTIONS)
    throw refusal(INVALID_FIELD_IN_CDB);
  return nominal(drive, write, except === NOMINAL ? maximumNumberOfDescriptors : 0);
};

/** libburn ends its list behind the blocks of a DVD-RAM, and nobody ever heard of a drive that minds. */
const LAST_OF_DVD = 2_295_103;

const lastAddress = (drive: VirtualDrive): number =>
  drive.kind?.family === 'dvd' ? Math.max(LAST_OF_DVD, lastBlock(drive)) : lastBlock(drive);

const perSecond = (size: number, time: number): number | undefined =>
  time === 0 ? undefined : Math.floor((size * 1000) / time);

const isOutOfRange = (drive: VirtualDrive, endLba: number): boolean => {
  if (drive.medium === undefined) return false;
  return drive.lies('streaming-range') ? endLba >= lastBlock(drive) : endLba > lastAddress(drive);
};

export const answerSetStreaming: Handler = (drive, { cdb, data }) => {
  const { type, parameterListLength } = setStreaming.decode(cdb);
  if (type !== 0) throw refusal(INVALID_FIELD_IN_CDB);
  if (parameterListLength !== streamingPerformance.size || data.length < streamingPerformance.size)
    throw refusal('5/1A/00');
  const values = streamingPerformance.decode(data);
  if (isOutOfRange(drive, values.endLba) && !values.restoreDriveDefaults)
    throw refusal(INVALID_FIELD_IN_PARAMETERS);
  drive.pace.requestedKBps = values.restoreDriveDefaults
    ? undefined
    : perSecond(values.writeSize, values.writeTime);
  return undefined;
};

/** Acts on CD only, and is taken with other media in as well (Pioneer's command references). */
export const answerSetCdSpeed: Handler = (drive, { cdb }) => {
  if (drive.lies('no-cd-speed') && drive.kind?.family !== 'cd') throw refusal('5/20/00');
  const { logicalUnitWriteSpeed } = setCdSpeed.decode(cdb);
  if (drive.kind?.family === 'cd')
    drive.pace.requestedKBps = logicalUnitWriteSpeed === MAXIMUM ? undefined : logicalUnitWriteSpeed;
  return undefined;
};

export const answerBufferCapacity: Handler = (drive, { cdb }) => {
  const { block } = readBufferCapacity.decode(cdb);
  const free = drive.buffer.free();
  return bufferCapacity.encode({
    block,
    lengthOfBuffer: block ? 0 : drive.buffer.size,
    availableLengthOfBuffer: block ? Math.floor(free / BLOCK_BYTES) : free,
  });
};

/** There is no laser to calibrate; tables of the host are taken and forgotten. */
export const sendOpc: Handler = (drive, { cdb, data }) => {
  if (drive.lies('no-calibration')) throw refusal('5/20/00');
  const { parameterListLength } = sendOpcInformation.decode(cdb);
  if (!drive.canRecord) throw refusal('5/30/05');
  if (data.length < parameterListLength) throw refusal('5/1A/00');
  return undefined;
};
