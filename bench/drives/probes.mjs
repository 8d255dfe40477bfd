import { setTimeout as sleep } from 'node:timers/promises';

const JOBS_PAUSE_MS = 50;
const EVENT_PAUSE_MS = 200;
const EVENT_LIMIT_MS = 10_000;

/** @typedef {import('./client.mjs').Client} Client */
/** @typedef {ReturnType<typeof import('./events.mjs')['followEvents']>} Events */

/**
 * How long `GET /v1/jobs` takes, asked again and again; milliseconds.
 * @param {Client} client
 * @param {AbortSignal} signal
 */
export const probeJobs = async (client, signal) => {
  const samples = [];
  while (!signal.aborted) {
    const begin = performance.now();
    await client.call('GET', '/v1/jobs');
    samples.push(performance.now() - begin);
    await sleep(JOBS_PAUSE_MS);
  }
  return samples;
};

/**
 * How long it takes from a client's request, by way of the database, to the event that tells of it: PATCH of a job
 * that is on hold, until its event has arrived on a WebSocket. Milliseconds.
 * @param {{ client: Client, events: Events, job: { id: string, rev: number } }} parts
 * @param {AbortSignal} signal
 */
export const probeEvents = async ({ client, events, job }, signal) => {
  const samples = [];
  for (let { rev } = job, turn = 1; !signal.aborted; turn += 1) {
    const label = `turn ${turn}`;
    const arrival = events.next(
      ({ kind, data }) => kind === 'job.changed' && data.id === job.id && data.label === label,
      EVENT_LIMIT_MS,
    );
    const begin = performance.now();
    const headers = { 'if-match': `"${rev}"` };
    const changed = await client.call('PATCH', `/v1/jobs/${job.id}`, { body: { label }, headers });
    samples.push((await arrival).arrivedAt - begin);
    rev = changed.rev;
    await sleep(EVENT_PAUSE_MS);
  }
  return samples;
};
