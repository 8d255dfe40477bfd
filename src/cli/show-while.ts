import { setTimeout as sleep } from 'node:timers/promises';
import { view, pathOf } from './commands/image-client.js';
import type { Client } from './client.js';
import { imageProgressLine } from './image-progress-line.js';
import type { ProgressBoard } from './progress-lines.js';

const POLL_MS = 500;

/** Shows how far an image is until what is done with it is over; a daemon that does not answer is asked again. */
export const showWhile = async <T>(
  client: Pick<Client, 'call'>,
  image: string,
  board: ProgressBoard,
  work: Promise<T>,
): Promise<T> => {
  const over = new AbortController();
  const show = async (): Promise<void> => {
    for (;;) {
      await sleep(POLL_MS, undefined, over);
      const found = await client.call('GET', pathOf(image)).catch(() => undefined);
      over.signal.throwIfAborted();
      const progress = found === undefined ? undefined : view.parse(found).progress;
      if (progress) board.show('image', imageProgressLine(progress));
    }
  };
  const showing = show().catch(() => undefined);
  try {
    return await work;
  } finally {
    over.abort();
    await showing;
    board.clear();
  }
};
