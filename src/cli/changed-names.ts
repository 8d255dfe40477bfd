const MOST_SHOWN = 1000;

/** A name that a file system of the disc does not hold as it is. */
export interface ChangedName {
  readonly path: string;
  readonly fileSystem: string;
  readonly recordedAs: string;
}

/** One line for each; a flood is cut and counted. `total` counts also those that `names` leaves out. */
export function* warnOfChangedNames(names: Iterable<ChangedName>, total = 0): Generator<string> {
  let count = 0;
  for (const { path, fileSystem, recordedAs } of names) {
    if (++count <= MOST_SHOWN) yield `warning: ${path} becomes ${recordedAs} in ${fileSystem}`;
  }
  const more = Math.max(count, total) - Math.min(count, MOST_SHOWN);
  if (more > 0) yield `warning: ${more} more names are changed`;
}
