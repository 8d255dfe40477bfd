import type { Job } from '../../src/jobs/records.js';
import type { Lived } from './crash-story.js';
import type { PatientClient } from './patient-client.js';

/*
 * What a disc is used for that was recorded: it is read into an image, compared with what its job sent, erased. Whoever
 * dies, the client asks again until it is done.
 */

/** A job of that kind that was completed, with those before it that somebody's death had made fail. */
const done = async (client: PatientClient, request: object, name: string): Promise<Job[]> => {
  const jobs: Job[] = [];
  for (let tries = 1; tries <= 3; tries += 1) {
    const job = await client.make<Job>('/v1/jobs', request, `${name}-${tries}`);
    client.told(job);
    jobs.unshift(await client.follow(job.id));
    if (jobs[0]!.state === 'completed') return jobs;
  }
  throw new Error(`three jobs failed: ${name}`);
};

/** A client that begins anew after a loss of power may have asked for that before. */
const isErasureAsked = async (client: PatientClient): Promise<boolean> => {
  const { items } = (await client.api.get('/v1/jobs')).body as { items: readonly Pick<Job, 'type'>[] };
  return items.some(({ type }) => type === 'erase');
};

/** What was read is what lies on the medium, until that is erased. */
const expectRead = async (client: PatientClient, { image }: Job, drive: string): Promise<void> => {
  if (await isErasureAsked(client)) return;
  const { bytes } = await client.api.get(`/v1/images/${image!}/content`);
  const recorded = await client.api.recorded(drive);
  if (bytes.length === 0 || !recorded.subarray(0, bytes.length).equals(bytes))
    throw new Error('the image is not what was recorded');
};

const expectBlank = (client: PatientClient, drive: string): Promise<true> =>
  client.persist<true>('the medium was blank', async () => {
    const { medium, holding } = await client.api.drive(drive);
    return holding === 'free' && medium?.status === 'empty' ? true : undefined;
  });

/** What the disc at hand refuses is not left for the next one. */
const refused = async (client: PatientClient, request: object, name: string): Promise<Job> => {
  const { id } = await client.make<Job>('/v1/jobs', request, name);
  const ended = await client.follow(id);
  if (ended.state !== 'failed') throw new Error(`${name} was not refused`);
  return ended;
};

/** Reads, verifies and erases what a job has recorded; then nothing is left to be recovered. */
export const use = async (client: PatientClient): Promise<Lived> => {
  const drive = await client.addDrive('drive-1');
  await client.insertBlank(drive);
  const recorded = await client.record([drive], 'job');
  const read = await done(client, { type: 'read', drives: [drive] }, 'read');
  await expectRead(client, read[0]!, drive);
  const verified = await done(client, { type: 'verify', job: recorded, drives: [drive] }, 'verify');
  const erased = await done(client, { type: 'erase', drives: [drive] }, 'erase');
  await expectBlank(client, drive);
  const recovery = await refused(client, { type: 'recover', drives: [drive] }, 'recovery');
  const jobs = [recorded, ...[...read, ...verified, ...erased, recovery].map(({ id }) => id)];
  return { drives: [drive], insertions: [...client.insertions], jobs, job: undefined };
};
