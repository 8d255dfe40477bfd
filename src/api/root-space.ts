import { statfs } from 'node:fs/promises';
import { within } from '../worker/within.js';

/** What a root's file system answers; nothing where there is no file system, or none that answers. */
export type RootSpace = { readonly freeBytes: number } | undefined;

interface Asked {
  readonly answer: Promise<RootSpace>;
  /** Somebody has waited for it in vain. */
  late: boolean;
}

export interface SpaceOptions {
  readonly ask: (path: string) => Promise<{ readonly bavail: number; readonly bsize: number }>;
  readonly limitMs: number;
}

/** Of the four threads that Node does all its file calls in, this many may be lost to roots that do not answer. */
const MAX_LATE = 2;

/**
 * Asks for the free space beneath paths, one question per path at a time. A question to a dead network mount never
 * returns and keeps a thread: who asks again while it is open gets no answer at once, and so does everybody once too
 * many are open.
 */
export const createSpaceSurvey = ({ ask = statfs, limitMs = 2000 }: Partial<SpaceOptions> = {}): ((
  path: string,
) => Promise<RootSpace>) => {
  const open = new Map<string, Asked>();

  const answerOf = async (path: string): Promise<RootSpace> => {
    try {
      const { bavail, bsize } = await ask(path);
      return { freeBytes: bavail * bsize };
    } catch {
      return undefined;
    } finally {
      open.delete(path);
    }
  };
  const question = (path: string): Asked => {
    const asked = { answer: answerOf(path), late: false };
    open.set(path, asked);
    return asked;
  };
  return async (path) => {
    const known = open.get(path);
    const late = [...open.values()].filter((asked) => asked.late).length;
    if (known?.late === true || (!known && late >= MAX_LATE)) return undefined;
    const asked = known ?? question(path);
    if (await within(limitMs, asked.answer)) return asked.answer;
    asked.late = true;
    return undefined;
  };
};
