import { statSync } from 'node:fs';
import path from 'node:path';

/** A SOURCE argument: a file or directory of this machine, and where it goes on the disc. */
export interface SourceArgument {
  readonly at: string;
  readonly file: string;
}

const isDirectory = (file: string): boolean =>
  statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false;

/** `/on/disc=SOURCE`; a path that exists under that whole name is taken as it is. */
const splitMapping = (argument: string): SourceArgument | undefined => {
  if (statSync(argument, { throwIfNoEntry: false }) !== undefined) return undefined;
  const mapped = /^(?<at>\/[^=]*)=(?<file>.+)$/s.exec(argument)?.groups;
  return mapped && { at: mapped['at'] ?? '/', file: path.resolve(mapped['file'] ?? '') };
};

/** What the SOURCE arguments of `master`, `plan` and `burn` mean: one directory alone becomes the root of the disc. */
export const parseSources = (sources: readonly string[]): SourceArgument[] =>
  sources.map((argument) => {
    const file = path.resolve(argument);
    const at = sources.length === 1 && isDirectory(file) ? '/' : `/${path.basename(file)}`;
    return splitMapping(argument) ?? { at, file };
  });
