import { join } from 'node:path';
import { compiledLibrary } from './compiled.js';

interface ShortWrite {
  /** Part of the path of the file. */
  readonly file: string;
  /** 1: the first one to it. */
  readonly nth: number;
}

/** The environment of a program one of whose writes takes half of what it is given, and those after it nothing. Needs gcc. */
export const shortWrites = ({ file, nth }: ShortWrite): NodeJS.ProcessEnv => ({
  LD_PRELOAD: compiledLibrary(join(import.meta.dirname, 'short-writes.c')),
  SPINDLE_SHORT_FILE: file,
  SPINDLE_SHORT_NTH: String(nth),
});
