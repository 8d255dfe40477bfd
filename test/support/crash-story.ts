import type { Job } from '../../src/jobs/records.js';
import { administer, enqueue, inherit } from './crash-desk.js';
import { build } from './crash-draft.js';
import { upgrade } from './crash-upgrade.js';
import { use } from './crash-uses.js';
import { FINAL, type Insertion, type PatientClient } from './patient-client.js';
import { folderJob } from './sources.js';

/** What a client wants; whatever dies meanwhile, it asks until it has it. */
export interface Story {
  readonly name: string;
  readonly does: keyof typeof ACTS;
  readonly blank: string;
  readonly home: 'worker' | 'process';
  readonly drives: number;
  /** Something is recorded on the media beforehand, which the job erases. */
  readonly used: boolean;
  readonly spool: 'always' | 'never';
}

export interface Lived {
  readonly drives: readonly string[];
  readonly insertions: readonly Insertion[];
  /** All jobs that there must be. */
  readonly jobs: readonly string[];
  /** The job whose copies the client wanted. */
  readonly job: string | undefined;
  /** The job that was canceled while it recorded. */
  readonly canceled?: string;
}

/** The drives of the story, with a blank in each. */
const furnish = async (client: PatientClient): Promise<string[]> => {
  const drives: string[] = [];
  for (let count = 1; count <= client.story.drives; count += 1)
    drives.push(await client.addDrive(`drive-${count}`));
  for (const drive of drives)
    if (!client.insertions.some((one) => one.drive === drive)) await client.insertBlank(drive);
  return drives;
};

const recordBefore = async (client: PatientClient, drives: readonly string[]): Promise<string[]> =>
  client.story.used ? [await client.record(drives, 'first')] : [];

const record = async (client: PatientClient): Promise<Lived> => {
  const drives = await furnish(client);
  const before = await recordBefore(client, drives);
  const job = await client.record(drives, 'job');
  return { drives, insertions: [...client.insertions], jobs: [...before, job], job };
};

/** So slow that a recording takes some seconds, and so quick that a canceled one ends at once. */
const SLOW_WRITES = { when: { opcode: 0x2a }, do: { action: 'stall', ms: 1000 } };

/** Not where the drive is at work: then the job that is to be canceled had begun before a loss of power. */
const slowDown = (client: PatientClient, drive: string): Promise<true> =>
  client.persist<true>('the drive was slow', async () => {
    const { status } = await client.api.ask('PUT', `/v1/virtual-drives/${drive}/faults`, {
      faults: [SLOW_WRITES],
    });
    return status < 300 || status === 409 ? true : undefined;
  });

const speedUp = (client: PatientClient, drive: string): Promise<true> =>
  client.persist<true>('the drive had no faults', async () => {
    await client.api.faults(drive, []);
    return true;
  });

/** Cancels a job in the middle of its recording, and has it done all the same by a retry. */
const cancel = async (client: PatientClient): Promise<Lived> => {
  const drives = await furnish(client);
  const before = await recordBefore(client, drives);
  for (const drive of drives) await slowDown(client, drive);
  const canceled = await client.submit(drives, 'job');
  const isUnderway = ({ phase, state }: Job): boolean =>
    phase === 'write' || state === 'waiting' || FINAL.includes(state);
  await client.reach<Job>(`/v1/jobs/${canceled}`, isUnderway, () => Promise.resolve());
  const { state: end } = await client.cancel(canceled);
  for (const drive of drives) await speedUp(client, drive);
  const jobs = [...before, canceled];
  // It was quicker than the client who came back after a loss of power.
  if (end === 'completed') return { drives, insertions: [...client.insertions], jobs, job: canceled };
  const retry = await client.make<Job>(`/v1/jobs/${canceled}/actions/retry`, undefined, 'retry');
  client.told(retry);
  const { id: job } = await client.follow(retry.id);
  return { drives, insertions: [...client.insertions], jobs: [...jobs, job], job, canceled };
};

const APPEND = { onNonBlank: 'append', close: 'session', verify: 'full' };

/**
 * Two jobs that append to one medium and begin together: both images are made for the same place, and the one that
 * comes second is made anew.
 */
const append = async (client: PatientClient): Promise<Lived> => {
  const drives = await furnish(client);
  // What reads the session before it would find the drive at work for the other job, and be made anew for that alone.
  const request = folderJob('folder', APPEND, { drives, import: false });
  const submit = async (key: string): Promise<string> => {
    const job = await client.make<Job>('/v1/jobs', request, key);
    client.told(job);
    return job.id;
  };
  const first = await submit('first');
  await client.follow(first);
  const jobs = [first, ...(await Promise.all(['second', 'third'].map(submit)))];
  for (const id of jobs) {
    const { state } = await client.follow(id);
    if (state !== 'completed') throw new Error(`job ${id}, which appends, is ${state}`);
  }
  return { drives, insertions: [...client.insertions], jobs, job: undefined };
};

const ACTS = { record, append, use, cancel, inherit, administer, enqueue, build, upgrade } satisfies Record<
  string,
  (client: PatientClient) => Promise<Lived>
>;

/** Lets everything happen that the client's story is about. */
export const live = (client: PatientClient): Promise<Lived> => ACTS[client.story.does](client);
