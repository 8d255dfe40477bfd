/** The thread of a mastering process that masters, so that the process hears signals meanwhile. */
import { parentPort, workerData } from 'node:worker_threads';
import { importBase } from './import-base.js';
import { masterImage } from './master-image.js';
import { type MasteringFrame, masteringArgument } from './mastering-protocol.js';
import { toldProgress, type UntoldProgress } from './making-progress.js';
import { toldFailure } from './told-failure.js';

const PROGRESS_INTERVAL_MS = 250;

const say = (frame: MasteringFrame): void => {
  parentPort?.postMessage(frame);
};

let toldAt = -Infinity;
let wasReading = false;

const tell = (progress: UntoldProgress): void => {
  const now = performance.now();
  const isReading = progress.done !== progress.total;
  if (isReading && wasReading && now - toldAt < PROGRESS_INTERVAL_MS) return;
  toldAt = now;
  wasReading = isReading;
  say({ op: 'progress', progress: toldProgress(progress) });
};

try {
  const argument = masteringArgument.parse(workerData);
  const imported = await importBase(argument, tell);
  const result = masterImage(argument, imported, tell);
  say({ op: 'result', result });
} catch (error) {
  say({ op: 'failure', failure: toldFailure(error) });
}
