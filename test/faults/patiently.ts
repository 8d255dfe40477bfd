import { setTimeout as sleep } from 'node:timers/promises';

const PATIENCE_MS = 60_000;
const PAUSE_MS = 200;

/** What a client does while a daemon or a drive is away, or has no space: it asks again. */
export const patiently = async <T>(ask: () => Promise<T>): Promise<T> => {
  for (const deadline = Date.now() + PATIENCE_MS; ;)
    try {
      return await ask();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(PAUSE_MS);
    }
};
