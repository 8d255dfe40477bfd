import { statSync } from 'node:fs';
import path from 'node:path';
import { SpindleError } from '../errors.js';

/** A SOURCE argument: a file or directory of this machine, and where it goes on the disc. */
export interface SourceArgument {
  readonly at: string;
  readonly file: string;
}

const isDirectory = (file: string): boolean =>
  statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false;

const emptyIn = (argument: string): string | undefined => {
  if (argument === '') return 'A SOURCE is empty.';
  if (!/^=|=$/.test(argument) || statSync(argument, { throwIfNoEntry: false }) !== undefined)
    return undefined;
  return 'One side of /path/on/disc=SOURCE is empty.';
};

/** An unset variable of a shell must not mean the current directory, as it does for `path.resolve`. */
const refuseEmpty = (argument: string): void => {
  const detail = emptyIn(argument);
  if (detail === undefined) return;
  const message = `'${argument}' names no file or directory`;
  throw new SpindleError('invalid-request', detail, { errors: [{ pointer: 'SOURCE', message }] });
};

/** `/on/disc=SOURCE`; a path that exists under that whole name is taken as it is. */
const splitMapping = (argument: string): SourceArgument | undefined => {
  if (statSync(argument, { throwIfNoEntry: false }) !== undefined) return undefined;
  const mapped = /^(?<at>\/[^=]*)=(?<file>.+)$/s.exec(argument)?.groups;
  return mapped && { at: mapped['at'] ?? '/', file: path.resolve(mapped['file'] ?? '') };
};

/**
 * What the SOURCE arguments of `master`, `plan` and `burn` mean: one directory alone becomes the root of the disc.
 * @throws SpindleError `invalid-request` where a source is empty.
 */
export const parseSources = (sources: readonly string[]): SourceArgument[] =>
  sources.map((argument) => {
    refuseEmpty(argument);
    const file = path.resolve(argument);
    const at = sources.length === 1 && isDirectory(file) ? '/' : `/${path.basename(file)}`;
    return splitMapping(argument) ?? { at, file };
  });
