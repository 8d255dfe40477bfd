import type { JobSummary } from '../jobs/records.js';
import { warnOfChangedNames } from './changed-names.js';
import type { Client } from './client.js';
import { imageView } from './views.js';

/** Says once, as soon as the image of the job is ready, which names it changes. Without an answer nothing is said. */
export const createNameTeller = (
  client: Client,
  say: (line: string) => void,
): ((job: JobSummary) => Promise<unknown>) => {
  const tell = async (image: string): Promise<boolean> => {
    const answer = await client.call('GET', `/v1/images/${image}`).catch(() => undefined);
    const { data: view } = imageView.safeParse(answer);
    if (view?.state !== 'ready') return false;
    for (const line of warnOfChangedNames(view.warnings ?? [], view.summary?.warningCount)) say(line);
    return true;
  };
  let told = Promise.resolve(false);
  return ({ image }) => {
    if (image !== undefined) told = told.then((already) => already || tell(image));
    return told;
  };
};
