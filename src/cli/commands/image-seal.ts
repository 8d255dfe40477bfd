import type { Command } from 'commander';
import { setTimeout as sleep } from 'node:timers/promises';
import { fromFailure } from '../../errors.js';
import type { ImageView } from '../../jobs/records.js';
import { warnOfChangedNames } from '../changed-names.js';
import { type Client, connectClient } from '../client.js';
import type { Context } from '../context.js';
import { isAway } from '../is-away.js';
import { leaveOnInterrupt } from '../leave-on-interrupt.js';
import { imageView } from '../views.js';
import { act, describeImage, pathOf, view } from './image-client.js';

const POLL_MS = 500;

/** The image as it is now, with its warnings; `undefined` while the daemon is being restarted, which makes it all the same. */
const look = async (client: Client, id: string): Promise<unknown> => {
  try {
    return await client.call('GET', pathOf(id));
  } catch (error) {
    if (isAway(error)) return undefined;
    throw error;
  }
};

const tellChangedNames = (found: unknown, note: Context['note']): void => {
  const { warnings = [], summary } = imageView.parse(found);
  for (const line of warnOfChangedNames(warnings, summary?.warningCount)) note(line);
};

/** Resolves when the image is made, and says which names it changes. @throws SpindleError why it could not be made. */
const madeImage = async (client: Client, id: string, note: Context['note']): Promise<ImageView> => {
  for (;;) {
    const found = await look(client, id);
    const { data: image } = view.safeParse(found);
    if (image?.state === 'ready') {
      tellChangedNames(found, note);
      return image;
    }
    if (image?.problem && image.state !== 'mastering') throw fromFailure(image.problem);
    await sleep(POLL_MS);
  }
};

/** The action of a command that seals a draft, and waits for what becomes of it. */
export const addSealing = (command: Command, context: () => Context): void => {
  command
    .option('--detach', 'end at once; the image goes on being made')
    .action(async (id: string, { detach }: { detach?: boolean }) => {
      const { daemon, answer, note } = context();
      const client = connectClient(daemon);
      const begun = await act(client, id, 'seal');
      if (detach) {
        answer(begun, () => describeImage(begun));
        return;
      }
      const stay = leaveOnInterrupt(() => {
        note(`Image ${id} goes on being made; \`spindle image list\` tells what became of it.`);
      });
      note(describeImage(begun));
      const made = await madeImage(client, id, note).finally(stay);
      answer(made, () => describeImage(made));
    });
};
