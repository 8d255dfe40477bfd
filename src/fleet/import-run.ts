import type { ImageProgress } from '../image/image-progress.js';
import {
  type ImportArgument,
  importFrame,
  type ImportResult,
  type ListArgument,
  listFrame,
  type ListResult,
} from '../worker/import-protocol.js';
import { type AskForBlocks, type CappedOptions, type CappedRun, runCapped } from './capped-process.js';

const IMPORTING = { name: 'importing', program: 'worker/importing', died: 'mastering-failed' } as const;

/** Runs one importing process to its end; what it has written of a file that it failed with is left to whoever named it. */
export const runImport = (
  argument: ImportArgument,
  options?: CappedOptions<ImageProgress>,
): CappedRun<ImportResult> =>
  runCapped({ ...IMPORTING, receives: importFrame }, JSON.stringify(argument), options);

/** Runs one that lists what sessions of a medium hold; it writes nothing. */
export const runListing = (argument: ListArgument, askForBlocks: AskForBlocks): CappedRun<ListResult> =>
  runCapped({ ...IMPORTING, receives: listFrame }, JSON.stringify(argument), { askForBlocks });
