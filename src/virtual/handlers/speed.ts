import { getPerformance } from '../../scsi/commands/get-performance.js';
import { readBufferCapacity } from '../../scsi/commands/read-buffer-capacity.js';
import { sendOpcInformation } from '../../scsi/commands/send-opc-information.js';
import { setCdSpeed } from '../../scsi/commands/set-cd-speed.js';
import { setStreaming } from '../../scsi/commands/set-streaming.js';
import { bufferCapacity } from '../../scsi/structures/buffer-capacity.js';
import {
  encodeNoExceptions,
  encodeNominalPerformance,
  encodeWriteSpeeds,
} from '../../scsi/structures/performance.js';
import { streamingPerformance } from '../../scsi/structures/streaming-performance.js';
import { INVALID_FIELD_IN_CDB, INVALID_FIELD_IN_PARAMETERS, refusal } from '../refusal.js';
import { type Zone, rotationControl } from '../turning.js';
import type { VirtualDrive } from '../virtual-drive.js';
import type { Handler } from './request.js';

const TYPE = { performance: 0, writeSpeed: 3 } as const;
/** 10 %, which is all that MMC-5 §6.8.2 knows; dvd+rw-mediainfo asks with none, and an LG GSA-4083N answered it. */
const TOLERANCES = [0b10, 0b00];
const NOMINAL = 0;
const EXCEPTIONS = 2;
const BLOCK_BYTES = 2048;
const MAXIMUM = 0xffff;
const PURE_CAV = 1;

/** Every medium is read as fast as it can be recorded at most. */
const readSpeed = ({ pace }: VirtualDrive): number => pace.offered[0]?.kBps ?? 0;

const lastBlock = (drive: VirtualDrive): number =>
  drive.medium === undefined ? 0 : drive.tables.capacity - 1;

const zonesOfReading = (drive: VirtualDrive): Zone[] => {
  const kBps = readSpeed(drive);
  return kBps === 0 ? [] : [{ start: 0, end: lastBlock(drive), startKBps: kBps, endKBps: kBps }];
};

const zonesOfWriting = ({ canRecord, pace }: VirtualDrive): readonly Zone[] => (canRecord ? pace.zones : []);

const nominal = (drive: VirtualDrive, write: boolean): Uint8Array =>
  encodeNominalPerformance(
    (write ? zonesOfWriting(drive) : zonesOfReading(drive)).map(({ start, end, startKBps, endKBps }) => ({
      startLba: start,
      startPerformance: startKBps,
      endLba: end,
      endPerformance: endKBps,
    })),
    write,
  );

const writeSpeeds = (drive: VirtualDrive): Uint8Array =>
  encodeWriteSpeeds(
    (drive.canRecord ? drive.pace.offered : []).map(({ kBps, turning }) => ({
      writeRotationControl: rotationControl(turning),
      restoreDriveDefaults: false,
      exact: true,
      mixedReadWrite: false,
      endLba: lastBlock(drive),
      readSpeed: readSpeed(drive),
      writeSpeed: kBps,
    })),
  );

const HEADER_BYTES = 8;
const DESCRIPTOR_BYTES = 16;

/**
 * As many descriptors as were asked for; the length is that of all, or dvd+rw-mediainfo, which asks for one first, had not listed
 * two of an HL-DT-ST GP60N.
 */
export const answerPerformance: Handler = (drive, { cdb }) => {
  const { type, tolerance, except, write, maximumNumberOfDescriptors } = getPerformance.decode(cdb);
  const asked = (reply: Uint8Array): Uint8Array =>
    reply.subarray(0, HEADER_BYTES + maximumNumberOfDescriptors * DESCRIPTOR_BYTES);
  if (type === TYPE.writeSpeed) return asked(writeSpeeds(drive));
  if (type !== TYPE.performance || !TOLERANCES.includes(tolerance) || except > EXCEPTIONS)
    throw refusal(INVALID_FIELD_IN_CDB);
  return except === NOMINAL ? asked(nominal(drive, write)) : encodeNoExceptions(write);
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
  drive.pace.requestedCav = !values.restoreDriveDefaults && values.writeRotationControl === PURE_CAV;
  return undefined;
};

/** Acts on CD only, and is taken with other media in as well (Pioneer's command references). */
export const answerSetCdSpeed: Handler = (drive, { cdb }) => {
  if (drive.lies('no-cd-speed') && drive.kind?.family !== 'cd') throw refusal('5/20/00');
  const { logicalUnitWriteSpeed, rotationalControl } = setCdSpeed.decode(cdb);
  if (drive.kind?.family !== 'cd') return undefined;
  drive.pace.requestedKBps = logicalUnitWriteSpeed === MAXIMUM ? undefined : logicalUnitWriteSpeed;
  drive.pace.requestedCav = rotationalControl === PURE_CAV;
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
