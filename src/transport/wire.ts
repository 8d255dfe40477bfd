import { bytes, padded, uint16le, uint32le, uint8 } from '../binary/codec.js';
import { byte, fixed, layout } from '../binary/layout.js';
import type { Answer, Command, Direction } from './transport.js';

/**
 * Commands and answers on a stream, little endian, one of each at a time:
 *
 *     client ── request (32 bytes), then `length` bytes if they go to the drive ──► server
 *     client ◄── answer (16 bytes), its sense, then `moved` bytes if they came from the drive ── server
 *
 * Third-party programs speak it as well, through the preloaded library of test/interop/shim.
 */
export const request = layout('request', 32, {
  magic: fixed(byte(0, padded(4)), 'SGR1'),
  cdbLength: byte(4, uint8),
  direction: byte(5, uint8),
  reserved: fixed(byte(6, uint16le), 0),
  timeoutMs: byte(8, uint32le),
  length: byte(12, uint32le),
  cdb: byte(16, bytes(16)),
});

export const answerHead = layout('answer', 16, {
  magic: fixed(byte(0, padded(4)), 'SGA1'),
  status: byte(4, uint8),
  senseLength: byte(5, uint8),
  hostStatus: byte(6, uint16le),
  moved: byte(8, uint32le),
  /** That one command carries; 0 where there is no limit. */
  mostBytes: byte(12, uint32le),
});

/** No command of MMC moves more; a peer that announces more is not one of ours. */
const LARGEST_TRANSFER = 16 * 1024 * 1024;

const DIRECTIONS: readonly Direction[] = ['none', 'to-drive', 'from-drive'];

/** SAM-5 §5.3.1, status codes. */
const STATUS = { good: 0x00, checkCondition: 0x02, busy: 0x08, reservationConflict: 0x18 };

const NOTHING = new Uint8Array(0);

/** Bytes that a command moves at most. */
export const transferLength = (command: Command): number => {
  if (command.direction === 'none') return 0;
  return command.direction === 'to-drive' ? command.data.length : command.length;
};

export const encodeRequest = (command: Command): Uint8Array => {
  const cdb = new Uint8Array(16);
  cdb.set(command.cdb);
  return request.encode({
    cdbLength: command.cdb.length,
    direction: DIRECTIONS.indexOf(command.direction),
    timeoutMs: command.timeoutMs,
    length: transferLength(command),
    cdb,
  });
};

/** A request whose data, if any goes to the drive, still has to be read from the stream. */
export interface RequestHead {
  readonly direction: Direction;
  readonly length: number;
  readonly cdb: Uint8Array;
  readonly timeoutMs: number;
}

/** Reads a request; throws where no client of ours would have sent it. */
export const decodeRequest = (head: Uint8Array): RequestHead => {
  const { cdbLength, direction: code, length, timeoutMs, cdb } = request.decode(head);
  const direction = DIRECTIONS[code];
  if (direction === undefined || cdbLength < 6 || cdbLength > 16 || length > LARGEST_TRANSFER) {
    throw new RangeError(`not a request: ${cdbLength} bytes of CDB, direction ${code}, length ${length}`);
  }
  return { direction, length, timeoutMs, cdb: cdb.slice(0, cdbLength) };
};

const hex = (value: number): string => value.toString(16).toUpperCase().padStart(2, '0');

/** The wire carries no names, so that of a command is its opcode. */
export const commandOf = ({ direction, length, cdb, timeoutMs }: RequestHead, data: Uint8Array): Command => {
  const base = { name: `command ${hex(cdb[0] ?? 0)}h`, cdb, timeoutMs };
  // A transfer of nothing has no direction.
  if (direction === 'none' || length === 0) return { ...base, direction: 'none' };
  return direction === 'to-drive' ? { ...base, direction, data } : { ...base, direction, length };
};

/** What a drive, or the kernel in front of it, said about one command. */
export interface RawAnswer {
  readonly status: number;
  readonly hostStatus: number;
  readonly sense: Uint8Array;
  readonly moved: number;
  /** What came from the drive, `moved` bytes of it. */
  readonly data: Uint8Array;
}

export const toAnswer = ({ status, hostStatus, sense, moved, data }: RawAnswer): Answer => {
  if (hostStatus !== 0) return { status: 'transport-error', hostStatus, moved };
  switch (status) {
    case STATUS.good:
      return { status: 'good', data, moved };
    case STATUS.checkCondition:
      return { status: 'check-condition', sense, data, moved };
    case STATUS.reservationConflict:
      return { status: 'reservation-conflict', moved };
    default:
      return { status: 'busy', moved };
  }
};

const rawAnswer = (answer: Answer): RawAnswer => {
  const raw = { hostStatus: 0, sense: NOTHING, data: NOTHING, moved: answer.moved };
  switch (answer.status) {
    case 'good':
      return { ...raw, status: STATUS.good, data: answer.data };
    case 'check-condition':
      return { ...raw, status: STATUS.checkCondition, sense: answer.sense, data: answer.data };
    case 'busy':
      return { ...raw, status: STATUS.busy };
    case 'reservation-conflict':
      return { ...raw, status: STATUS.reservationConflict };
    case 'transport-error':
      return { ...raw, status: STATUS.good, hostStatus: answer.hostStatus };
  }
};

/**
 * An answer to `command`, as the pieces to be sent; never more bytes than the command asked for. `mostBytes` tells of the
 * drive's transport.
 */
export const encodeAnswer = (command: Command, answer: Answer, mostBytes = 0): Uint8Array[] => {
  const { status, hostStatus, sense, data, moved } = rawAnswer(answer);
  const reply = command.direction === 'from-drive' ? data.subarray(0, command.length) : NOTHING;
  const senseLength = Math.min(sense.length, 0xff);
  const head = answerHead.encode({
    status,
    senseLength,
    hostStatus,
    moved: command.direction === 'from-drive' ? reply.length : Math.min(moved, transferLength(command)),
    mostBytes,
  });
  return [head, sense.subarray(0, senseLength), reply];
};
