import { existsSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';

/** Where media lie that belong to a drive's folder: in it, or beside all drives of a state directory. */
const homesOf = (folder: string): readonly string[] => [
  resolve(folder),
  resolve(folder, '..', '..', 'media'),
];

/** How a drive remembers its medium: what moves together with it by the way from its own folder, any other by its whole path. */
export const placeOf = (folder: string, medium: string): string =>
  homesOf(folder).includes(dirname(medium)) ? relative(resolve(folder), medium) : medium;

/**
 * The folder of the medium that is remembered so. It was a whole path once, so that state directories could not be
 * moved: what lies under the same name where it belongs is the medium, also where a copy was left at the old place.
 */
export const mediumAt = (folder: string, place: string): string => {
  if (!isAbsolute(place)) return resolve(folder, place);
  return (
    homesOf(folder)
      .map((home) => join(home, basename(place)))
      .find((path) => existsSync(path)) ?? place
  );
};
