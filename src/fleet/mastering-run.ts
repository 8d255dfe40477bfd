import type { ImageProgress } from '../image/image-progress.js';
import {
  encodeMasteringArgument,
  type MasteringArgument,
  masteringFrame,
  type MasteringResult,
} from '../worker/mastering-protocol.js';
import { type CappedOptions, type CappedRun, runCapped } from './capped-process.js';

const MASTERING = {
  name: 'mastering',
  program: 'worker/mastering',
  receives: masteringFrame,
  died: 'mastering-failed',
} as const;

/** Runs one mastering process to its end; it rejects with `source-missing`, `name-collision`, … and as all such processes do. */
export const runMastering = (
  argument: MasteringArgument,
  options?: CappedOptions<ImageProgress>,
): CappedRun<MasteringResult> => runCapped(MASTERING, encodeMasteringArgument(argument), options);
