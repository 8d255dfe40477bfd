import { setTimeout as sleep } from 'node:timers/promises';
import { fromFailure, SpindleError } from '../../errors.js';
import type { ImageView } from '../../jobs/records.js';
import { warnOfChangedNames } from '../changed-names.js';
import type { Client } from '../client.js';
import { imageProgressLine } from '../image-progress-line.js';
import type { ProgressBoard } from '../progress-lines.js';
import { pathOf, view } from './image-client.js';
import { isAway } from '../is-away.js';
import { imageView } from '../views.js';

const POLL_MS = 500;

/** The image as it is now, with its warnings; `undefined` while the daemon is being restarted, which makes it all the same. */
const look = async (client: Pick<Client, 'call'>, id: string): Promise<unknown> => {
  try {
    return await client.call('GET', pathOf(id));
  } catch (error) {
    if (isAway(error)) return undefined;
    throw error;
  }
};

const tellChangedNames = (found: unknown, { say }: Pick<ProgressBoard, 'say'>): void => {
  const { warnings = [], summary } = imageView.parse(found);
  for (const line of warnOfChangedNames(warnings, summary?.warningCount)) say(line);
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

/** Shows how far the image is until it is made, and says which names it changes. @throws SpindleError why it could not be made. */
export const madeImage = async (
  client: Pick<Client, 'call'>,
  id: string,
  board: Pick<ProgressBoard, 'say' | 'show' | 'drop'>,
  pollMs = POLL_MS,
): Promise<ImageView> => {
  let away = false;
  for (;;) {
    const found = await look(client, id);
    if (found === undefined && !away) board.say('The daemon does not answer; waiting until it does.');
    away = found === undefined;
    const image = found === undefined ? undefined : view.parse(found);
    if (image?.progress) board.show('image', imageProgressLine(image.progress));
    else board.drop('image');
    if (image && made(image)) {
      tellChangedNames(found, board);
      return image;
    }
    await sleep(pollMs);
  }
};
