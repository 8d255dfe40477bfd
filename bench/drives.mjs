/**
 * Four virtual drives record one job at DVD 16x: how far their buffers and the FIFOs of their workers empty, what that
 * costs, and how long API and events take meanwhile. Then the same from a disk that is too slow, which must be told
 * as underruns by drive, job and event log.
 *
 *   npm run bench:drives [-- --seconds 60] [--drives 4]
 *
 * Needs about 10 GB in the directory for temporary files. Exits with 1 when a drive underran, a copy is not proven or
 * the slow disk went unnoticed.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { provideDrives, withDaemon } from './drives/daemon.mjs';
import { endProcesses, ourProcesses } from './drives/processes.mjs';
import { record } from './drives/recording.mjs';
import { describeMachine, describeRecording } from './drives/report.mjs';
import { makeSource } from './drives/source.mjs';
import { withSlowDisk } from './drives/throttle.mjs';
import { faultsOfSteady, faultsOfThrottled } from './drives/verdict.mjs';

/** DVD 16x: 16 times 1,385 kB/s. */
const NOMINAL_KBPS = 22_160;
const THROTTLED_SECONDS = 6;
/** Of what a drive takes. */
const THROTTLED_SHARE = 0.4;

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '60' }, drives: { type: 'string', default: '4' } },
});
const seconds = Number(values.seconds);
const count = Number(values.drives);
if (!(seconds >= 1 && seconds <= 200) || !(count >= 1 && count <= 16))
  throw new RangeError('--seconds is 1 to 200, as a DVD+R holds no more; --drives is 1 to 16');

const scratch = mkdtempSync(path.join(tmpdir(), 'spindle-bench-'));
process.once('exit', () => rmSync(scratch, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => void endProcesses(ourProcesses()).finally(() => process.exit(130)));

/**
 * @param {string} name
 * @param {number} bytes
 * @param {'auto' | 'never'} spool
 */
const run = async (name, bytes, spool) => {
  const source = path.join(scratch, `${name}-source`);
  const directory = path.join(scratch, name);
  makeSource(source, bytes);
  const recording = await withDaemon({ directory, source }, async (client) =>
    record(client, await provideDrives(client, count), spool),
  );
  rmSync(source, { recursive: true });
  rmSync(directory, { recursive: true });
  return recording;
};

/**
 * @param {string} title
 * @param {import('./drives/recording.mjs').Recording} recording
 * @param {(result: import('./drives/verdict.mjs').DriveResult) => readonly string[]} faultsOf
 */
const conclude = (title, recording, faultsOf) => {
  console.log(describeRecording(title, recording));
  for (const [index, result] of recording.drives.entries())
    for (const fault of faultsOf(result)) {
      console.log(`  FAILED: drive ${index + 1}: ${fault}`);
      process.exitCode = 1;
    }
};

console.log(describeMachine());
const steady = await run('steady', seconds * NOMINAL_KBPS * 1000, 'auto');
conclude(
  `${count} drives at DVD 16x (${NOMINAL_KBPS} kB/s), buffers of 2 MiB, ${seconds} s`,
  steady,
  (result) => faultsOfSteady(result, NOMINAL_KBPS),
);

const throttledBytes = Math.min(seconds, THROTTLED_SECONDS) * NOMINAL_KBPS * 1000;
const bytesPerSecond = THROTTLED_SHARE * NOMINAL_KBPS * 1000;
const disk = { directory: scratch, slow: path.join(scratch, 'throttled-source'), bytesPerSecond };
const throttled = await withSlowDisk(disk, () => run('throttled', throttledBytes, 'never'));
conclude(
  `The same from a disk of ${Math.round(bytesPerSecond / 1000)} kB/s per drive: underruns must be told`,
  throttled,
  faultsOfThrottled,
);
