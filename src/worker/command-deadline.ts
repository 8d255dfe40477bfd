import { SpindleError } from '../errors.js';
import type { Transport } from '../transport/transport.js';

/** Rejects with `drive-timeout` when the work takes longer; the work itself cannot be stopped. */
export const before = async <T>(limitMs: number, what: string, work: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new SpindleError('drive-timeout', `${what}: no answer within ${Math.round(limitMs / 1000)} s`));
    }, limitMs);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
};

/** So long a drive may take beyond the timeout of a command; and the longest that any command has. */
export interface Deadline {
  readonly marginMs: number;
  readonly limitMs?: number;
}

/**
 * The kernel ends a command that exceeds its timeout, and resets the drive for it. Where even that hangs, nothing
 * would ever come back: then every command fails from there on, and `onHung` is called once.
 */
export const withDeadline = (
  transport: Transport,
  { marginMs, limitMs = Infinity }: Deadline,
  onHung: () => void,
): Transport => {
  let hung: SpindleError | undefined;
  return {
    get maxTransferBytes() {
      return transport.maxTransferBytes;
    },
    execute: async (whole) => {
      if (hung) throw hung;
      const command = { ...whole, timeoutMs: Math.min(whole.timeoutMs, limitMs) };
      const answer = transport.execute(command);
      answer.catch(() => undefined); // it may come after nobody waits for it
      try {
        return await before(command.timeoutMs + marginMs, command.name, answer);
      } catch (error) {
        if (error instanceof SpindleError && error.code === 'drive-timeout') {
          hung = error;
          onHung();
        }
        throw error;
      }
    },
    close: () => transport.close(),
  };
};
