import type { ImageProgress } from '../image/image-progress.js';
import { type ImportArgument, importFrame, type ImportResult } from '../worker/import-protocol.js';
import { type CappedOptions, type CappedRun, runCapped } from './capped-process.js';

const IMPORTING = {
  name: 'importing',
  program: 'worker/importing',
  receives: importFrame,
  died: 'mastering-failed',
} as const;

/** Runs one importing process to its end; what it has written of a file that it failed with is left to whoever named it. */
export const runImport = (
  argument: ImportArgument,
  options?: CappedOptions<ImageProgress>,
): CappedRun<ImportResult> => runCapped(IMPORTING, JSON.stringify(argument), options);
