import type { Command } from 'commander';
import { setTimeout as sleep } from 'node:timers/promises';
import { fromFailure, SpindleError } from '../../errors.js';
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

/** What has become of it, once that is known. @throws SpindleError why it could not be made. */
const made = ({ id, state, problem }: ImageView): boolean => {
  if (state === 'mastering') return false;
  if (problem) throw fromFailure(problem);
  // Somebody has gone on with it before this one had looked again.
  if (state !== 'ready')
    throw new SpindleError(
      'image-not-ready',
      `Image ${id} is a draft again, and was changed since it was sealed.`,
    );
  return true;
};

/** Resolves when the image is made, and says which names it changes. @throws SpindleError why it could not be made. */
const madeImage = async (client: Client, id: string, note: Context['note']): Promise<ImageView> => {
  let away = false;
  for (;;) {
    const found = await look(client, id);
    if (found === undefined && !away) note('The daemon does not answer; waiting until it does.');
    away = found === undefined;
    const image = found === undefined ? undefined : view.parse(found);
    if (image && made(image)) {
      tellChangedNames(found, note);
      return image;
    }
    await sleep(POLL_MS);
  }
};

/** The action of a command that seals a draft, and waits for what becomes of it. */
export const addSealing = (command: Command, context: () => Context): void => {
  command
    .option('--detach', 'end at once; the image goes on being made')
    .action(async (id: string, { detach }: { detach?: boolean }) => {
      const { daemon, answer, note: say, json } = context();
      // A failure is JSON as well then, and stands alone.
      const note = json ? () => undefined : say;
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
      const image = await madeImage(client, id, note).finally(stay);
      answer(image, () => describeImage(image));
    });
};
