import { isFinalJob } from '../../dist/jobs/states.js';
import { followEvents } from './events.mjs';
import { cpuBetween, ourProcesses } from './processes.mjs';
import { probeEvents, probeJobs } from './probes.mjs';
import { watchStandstills } from './standstill.mjs';

/** @typedef {import('./client.mjs').Client} Client */
/** @typedef {import('./probes.mjs').Events} Events */

/** As many jobs on hold as a page of `GET /v1/jobs` has. */
const JOBS_ON_HOLD = 50;
const START_LIMIT_MS = 600_000;
const END_LIMIT_MS = 3_600_000;
const BLOCK = 2048;

/** @param {string} label */
const request = (label) => ({
  type: 'data',
  label,
  sources: [{ at: '/', root: 'source', path: '' }],
  volume: { identifier: 'BENCH_DRIVES' },
});

/**
 * @param {Client} client
 * @returns {Promise<{ id: string, rev: number }>}
 */
const fillQueue = async (client) => {
  let last;
  for (let number = 1; number <= JOBS_ON_HOLD; number += 1)
    last = await client.call('POST', '/v1/jobs', { body: { ...request(`held ${number}`), hold: true } });
  return last;
};

/**
 * Resolves when every drive is writing.
 * @param {Events} events
 * @param {{ id: string, copies: number }} job
 */
const allWrite = async (events, { id, copies }) => {
  const writing = new Set();
  await events.next(({ kind, data }) => {
    if (kind === 'job.advanced' && data.id === id && isFinalJob(data.state))
      throw new Error(`The job ended before all drives wrote: ${JSON.stringify(data)}`);
    if (kind === 'attempt.advanced' && data.phase === 'write') writing.add(data.copy);
    return writing.size === copies;
  }, START_LIMIT_MS);
};

/** The first drive has written all: from then on the load is another one. @param {Events} events */
const oneHasWritten = (events) =>
  events.next(
    ({ kind, data }) => kind === 'attempt.advanced' && !['load', 'wait', 'write'].includes(data.phase),
    END_LIMIT_MS,
  );

/** @param {Events} events @param {string} job */
const jobEnds = (events, job) =>
  events.next(
    ({ kind, data }) => kind === 'job.advanced' && data.id === job && isFinalJob(data.state),
    END_LIMIT_MS,
  );

/**
 * What is measured while all drives write.
 * @param {{ client: Client, events: Events, held: { id: string, rev: number } }} parts
 */
const measureWhileWriting = async ({ client, events, held }) => {
  const before = ourProcesses();
  const begin = performance.now();
  const standstills = watchStandstills();
  const stop = new AbortController();
  const probes = Promise.all([
    probeJobs(client, stop.signal),
    probeEvents({ client, events, job: held }, stop.signal),
  ]);
  // A probe that fails ends the measurement at once.
  await Promise.race([oneHasWritten(events), probes]);
  const seconds = (performance.now() - begin) / 1000;
  const cpu = cpuBetween(before, ourProcesses());
  const machine = standstills();
  stop.abort();
  const [jobsMs, requestToEventMs] = await probes;
  /** @param {{ arrivedAt: number }} arrival */
  const isWithin = ({ arrivedAt }) => arrivedAt >= begin && arrivedAt <= begin + seconds * 1000;
  return {
    seconds,
    cpu,
    machine,
    jobsMs,
    requestToEventMs,
    eventDelayMs: events.events.filter(isWithin).map(({ delayMs }) => delayMs),
    progress: events.progress.filter(isWithin),
    masteringSeconds: before.find((process) => process.class === 'daemon')?.reaped ?? NaN,
  };
};

/**
 * What drive, job and event log say of each copy.
 * @param {Client} client
 * @param {Events} events
 * @param {{ id: string, drives: readonly string[] }} job
 */
const resultsOf = async (client, events, { id, drives }) => {
  const { items } = await client.call('GET', `/v1/jobs/${id}/copies`);
  const attempts = items.flatMap((/** @type {any} */ { tries }) => tries);
  const results = [];
  for (const drive of drives) {
    const attempt = attempts.find((/** @type {any} */ one) => one.drive === drive);
    const told = events.events.findLast(
      ({ kind, data }) => kind === 'attempt.advanced' && data.job === id && data.drive === drive,
    );
    results.push({
      statistics: await client.call('GET', `/v1/virtual-drives/${drive}/statistics`),
      state: attempt?.state,
      problem: attempt?.problem,
      proof: attempt?.proof,
      kBps: (attempt?.proof?.blocksWritten * BLOCK) / attempt?.proof?.writeMs,
      eventUnderruns: told?.data.underruns,
    });
  }
  return results;
};

/**
 * Records the source on all drives at once and tells how that went.
 * @param {Client} client
 * @param {readonly string[]} drives
 * @param {'auto' | 'never'} spool
 */
export const record = async (client, drives, spool) => {
  const events = followEvents(client);
  try {
    await events.welcomed;
    const held = await fillQueue(client);
    const copies = drives.length;
    const body = { ...request('bench'), copies, drives, spool, burn: { verify: 'full' } };
    const { id } = await client.call('POST', '/v1/jobs', { body });
    const ended = jobEnds(events, id);
    await allWrite(events, { id, copies });
    const load = await measureWhileWriting({ client, events, held });
    await ended;
    return { load, drives: await resultsOf(client, events, { id, drives }) };
  } finally {
    events.close();
  }
};
/** @typedef {Awaited<ReturnType<typeof record>>} Recording */
