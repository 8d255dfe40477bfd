import { setTimeout as sleep } from 'node:timers/promises';
import { view, pathOf } from './commands/image-client.js';
import type { Client } from './client.js';
import { imageProgressLine } from './image-progress-line.js';
import type { ProgressBoard } from './progress-lines.js';

const POLL_MS = 500;

/** Shows how far an image is until what is done with it is over. Whoever cannot be asked meanwhile is shown nothing of. */
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
      const { progress } = view.parse(await client.call('GET', pathOf(image)));
      over.signal.throwIfAborted();
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
