import { shownLine } from './shown-text.js';

const MOST_SHOWN = 1000;

/** A name that a file system of the disc does not hold as it is. */
export interface ChangedName {
  readonly path: string;
  readonly fileSystem: string;
  readonly recordedAs: string;
  readonly pathBytes?: number | undefined;
}

/** What the disc will not show of the session that it continues. */
export interface LeftOutEntry {
  readonly path: string;
  readonly leftOut: string;
}

const lineOf = (warning: ChangedName | LeftOutEntry): string => {
  if ('leftOut' in warning) return `warning: left out: ${warning.path} ${warning.leftOut}`;
  const { path, fileSystem, recordedAs, pathBytes } = warning;
  return pathBytes === undefined
    ? `warning: ${path} becomes ${recordedAs} in ${fileSystem}`
    : `warning: ${path} has a path of ${pathBytes} bytes in ${fileSystem}, which allows fewer`;
};

/** One line for each; a flood is cut and counted. `total` counts also those that `names` leaves out. */
export function* warnOfChangedNames(
  names: Iterable<ChangedName | LeftOutEntry>,
  total = 0,
): Generator<string> {
  let count = 0;
  for (const name of names) if (++count <= MOST_SHOWN) yield shownLine(lineOf(name));
  const more = Math.max(count, total) - Math.min(count, MOST_SHOWN);
  if (more > 0) yield `warning: ${more} more names are changed or left out`;
}
