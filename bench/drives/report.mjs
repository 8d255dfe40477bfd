import { cpus, release, totalmem } from 'node:os';
import { stalenessOf } from './events.mjs';
import { percentile } from './percentile.mjs';

/** @typedef {import('./recording.mjs').Recording} Recording */

/** @param {number} fraction */
const percent = (fraction) => `${(fraction * 100).toFixed(1)} %`;

/** @param {readonly number[]} ms */
const latency = (ms) =>
  `p50 ${percentile(ms, 0.5).toFixed(1)} ms, p99 ${percentile(ms, 0.99).toFixed(1)} ms, n = ${ms.length}`;

export const describeMachine = () => {
  const [{ model } = { model: 'unknown' }] = cpus();
  const memory = (totalmem() / 2 ** 30).toFixed(1);
  return `${cpus().length} x ${model}, ${memory} GiB, Linux ${release()}, Node ${process.version}`;
};

/** @param {Recording['drives'][number]} result */
const driveLine = ({ statistics, state, proof, kBps, eventUnderruns }) =>
  [
    state,
    `${Math.round(kBps)} kB/s`,
    `lowest drive buffer ${percent(statistics.lowestFill / statistics.bufferBytes)}`,
    `lowest FIFO ${percent(proof?.lowestFifoFill ?? NaN)}`,
    `underruns: drive ${statistics.underruns}, job ${proof?.underruns}, event log ${eventUnderruns}`,
    `held by our disk ${Math.round(statistics.heldMs)} ms`,
  ].join('; ');

/** @param {Recording} recording */
const cpuLine = ({ load: { cpu, seconds, masteringSeconds } }) => {
  const shares = Object.entries({ daemon: cpu.daemon, workers: cpu.worker, homes: cpu.home }).map(
    ([name, used]) => `${name} ${percent(used / seconds)}`,
  );
  return `${shares.join(', ')} of a core; mastering before that ${masteringSeconds.toFixed(1)} s`;
};

/** What recording costs, whatever else the machine does. @param {Recording} recording */
const costLine = ({ load: { cpu, seconds }, drives }) => {
  const gigabytes = drives.reduce((sum, { kBps }) => sum + (kBps * seconds) / 1e6, 0);
  return `worker ${(cpu.worker / gigabytes).toFixed(1)} s, home ${(cpu.home / gigabytes).toFixed(1)} s per GB recorded`;
};

/** @param {Recording} recording */
const machineLine = ({ load: { machine } }) =>
  `stood still ${machine.gaps} times, for ${Math.round(machine.longestMs)} ms at most; ${machine.stolenMs} ms of its processors were taken by its host`;

/**
 * @param {string} title
 * @param {Recording} recording
 */
export const describeRecording = (title, recording) => {
  const { load, drives } = recording;
  return [
    title,
    ...drives.map((result, index) => `  drive ${index + 1}     ${driveLine(result)}`),
    `  measured    ${load.seconds.toFixed(1)} s, from the last drive's begin to the first drive's end`,
    `  CPU         ${cpuLine(recording)}`,
    `              ${costLine(recording)}`,
    `  machine     ${machineLine(recording)}`,
    `  GET /v1/jobs                    ${latency(load.jobsMs)}`,
    `  PATCH to its event              ${latency(load.requestToEventMs)}`,
    `  event since its own time        ${latency(load.eventDelayMs)}`,
    `  progress staler than freshest   ${latency(stalenessOf(load.progress))}`,
  ].join('\n');
};
