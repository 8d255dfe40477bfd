import { toHex } from '../binary/hex.js';
import type { Answer, Command } from './transport.js';
import { transferLength } from './wire.js';

/** One command of a transcript, one line of JSON. Bytes are hex, as in `52 01 00`. */
export interface TranscriptEntry {
  readonly name: string;
  readonly cdb: string;
  readonly direction: Command['direction'];
  /** Bytes that the command moves at most. */
  readonly length: number;
  /** The answer's, or `lost` where none came. */
  readonly status: Answer['status'] | 'lost';
  readonly moved: number;
  /** What moved, from its beginning; all of it but for user data. */
  readonly data?: string;
  readonly sense?: string;
  readonly hostStatus?: number;
  /** From the command to its answer, in milliseconds. */
  readonly ms: number;
}

/**
 * Opcodes that move what users record: READ (10), (12), CD, CD MSF; WRITE (10), (12), AND VERIFY (10). Of it a
 * transcript keeps the beginning only, because it is large and none of our business.
 */
const USER_DATA: ReadonlySet<number> = new Set([0x28, 0xa8, 0xbe, 0xb9, 0x2a, 0xaa, 0x2e]);
const USER_DATA_KEPT = 64;

/** The beginning of `data` that a transcript of this command keeps. */
export const keptData = (command: Command, data: Uint8Array): Uint8Array =>
  USER_DATA.has(command.cdb[0] ?? 0) ? data.subarray(0, USER_DATA_KEPT) : data;

const dataOf = (command: Command, answer: Answer | undefined): Uint8Array | undefined => {
  if (command.direction === 'to-drive') return command.data;
  return answer && 'data' in answer ? answer.data : undefined;
};

/** What only some answers have. */
const detailsOf = (answer: Answer | undefined): Partial<TranscriptEntry> => {
  if (answer?.status === 'check-condition') return { sense: toHex(answer.sense) };
  return answer?.status === 'transport-error' ? { hostStatus: answer.hostStatus } : {};
};

/** The entry of a command; without an answer the drive was lost. */
export const transcriptEntry = (
  command: Command,
  answer: Answer | undefined,
  ms: number,
): TranscriptEntry => {
  const data = dataOf(command, answer);
  return {
    name: command.name,
    cdb: toHex(command.cdb),
    direction: command.direction,
    length: transferLength(command),
    status: answer?.status ?? 'lost',
    moved: answer?.moved ?? 0,
    ...(data && data.length > 0 && { data: toHex(keptData(command, data)) }),
    ...detailsOf(answer),
    ms: Math.round(ms * 1000) / 1000,
  };
};
