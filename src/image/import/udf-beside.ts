import type { UdfFlags } from '../../udf/entry-fields.js';
import { EntryPaths } from './entry-paths.js';
import type { ImportedEntry, ImportedStream } from './imported-entry.js';

/** What UDF says of a file of a bridge, and no other file system does. */
export interface SaidByUdf extends Pick<ImportedEntry, 'kind' | 'size' | 'hidden'> {
  /** Block of the medium in which its contents begin; undefined where they take none. */
  readonly first: number | undefined;
  readonly flags: UdfFlags | undefined;
  readonly streams: readonly ImportedStream[];
}

/** Whether there is anything that it says. */
export const saysAnything = ({ hidden, flags, streams }: SaidByUdf): boolean =>
  hidden || flags !== undefined || streams.length > 0;

/** By paths; `entries` are all that the volume has. */
export interface BesideView {
  readonly said: ReadonlyMap<string, SaidByUdf>;
  readonly entries: number;
}

/** A path of UDF whose file has another name here, and what it has. */
export interface Unclaimed {
  readonly path: string;
  readonly what: string;
}

const FLAG_NAMES = { archive: 'archive', system: 'system', nonRelocatable: 'not to be relocated' } as const;

const namesOf = ({ hidden, flags }: SaidByUdf): string[] => [
  ...(hidden ? ['hidden'] : []),
  ...Object.entries(FLAG_NAMES).flatMap(([flag, name]) => (flags?.[flag as keyof UdfFlags] ? [name] : [])),
];

const isSame = ({ kind, size }: ImportedEntry, said: SaidByUdf): boolean =>
  kind === said.kind && (kind !== 'file' || size === said.size);

const placeOf = (first: number | undefined, size: number): string | undefined =>
  first === undefined ? undefined : `${first}:${size}`;

/** Some writers give everything the same flags, which then say nothing of one file. */
const isSaidOfAll = ({ said, entries }: BesideView): boolean =>
  said.size === entries && new Set([...said.values()].map((one) => namesOf(one).join())).size === 1;

/** Which entries are the files that UDF tells of: by their paths, else by where their contents lie. */
class Claims {
  readonly #view: BesideView;
  readonly #byPlace = new Map<string, SaidByUdf>();
  readonly #paths = new Set<string>();
  readonly #places = new Set<string>();

  constructor(view: BesideView) {
    this.#view = view;
    for (const said of view.said.values()) {
      const place = placeOf(said.first, said.size);
      if (place !== undefined) this.#byPlace.set(place, said);
    }
  }

  of(entry: ImportedEntry, path: string): SaidByUdf | undefined {
    const named = this.#view.said.get(path);
    if (named && isSame(entry, named)) {
      this.#paths.add(path);
      return named;
    }
    const place = placeOf(entry.runs[0]?.block, entry.size);
    const placed = place === undefined ? undefined : this.#byPlace.get(place);
    if (placed && place !== undefined) this.#places.add(place);
    return placed;
  }

  *unclaimed(): Generator<Unclaimed> {
    if (isSaidOfAll(this.#view)) return;
    for (const [path, said] of this.#view.said) {
      const names = namesOf(said);
      const place = placeOf(said.first, said.size);
      const isClaimed = this.#paths.has(path) || (place !== undefined && this.#places.has(place));
      if (!isClaimed && names.length > 0) yield { path, what: `flags (${names.join(', ')})` };
    }
  }
}

const withSaid = (
  entry: ImportedEntry,
  said: SaidByUdf | undefined,
  streams: readonly ImportedStream[] | undefined,
): ImportedEntry => ({
  ...entry,
  hidden: entry.hidden || said?.hidden === true,
  ...(said?.flags && { udfFlags: said.flags }),
  ...(streams && { streams }),
});

const pathsWithStreams = ({ said }: BesideView): Set<string> =>
  new Set([...said].flatMap(([path, { streams }]) => (streams.length > 0 ? [path] : [])));

/**
 * Gives entries what UDF says of them besides: flags by their paths or contents, named streams by their paths. What is of no entry is told.
 */
export const besideUdf = (
  entries: readonly ImportedEntry[],
  view: BesideView,
): { readonly entries: readonly ImportedEntry[]; readonly unclaimed: readonly Unclaimed[] } => {
  if (view.said.size === 0) return { entries, unclaimed: [] };
  const claims = new Claims(view);
  const streamed = pathsWithStreams(view);
  const paths = new EntryPaths();
  const found = entries.map((entry) => {
    const { id, parent, name, kind } = entry;
    if (kind === 'directory' && id !== 0) paths.add(id, parent, name);
    const path = id === 0 ? '/' : paths.of(parent, name);
    const said = claims.of(entry, path);
    const streams = streamed.delete(path) ? view.said.get(path)?.streams : undefined;
    return said || streams ? withSaid(entry, said, streams) : entry;
  });
  const streams = [...streamed].map((path) => ({ path, what: 'named streams' }));
  return { entries: found, unclaimed: [...streams, ...claims.unclaimed()] };
};
