import { createHash } from 'node:crypto';
import { readManifestLine } from '../manifest-line.js';
import type { BlockReader } from './block-reader.js';
import { EntryPaths } from './entry-paths.js';
import { FileDigests, fits, piecesOf } from './file-digests.js';
import type { ImportedEntry } from './imported-entry.js';
import { linesOf } from './manifest-lines.js';

/** Of a file of the session that is continued, in hex; or why it cannot be listed. */
export type BaseDigest = { readonly sha256: string } | { readonly objection: string };

/** Where the manifest of the new session is, and what of the one before is not shown any more. */
export interface ListedBase {
  readonly manifest: string;
  readonly remove: readonly string[];
}

/** What a request says of that; undefined where it wants no manifest. */
export const listedBase = ({
  manifest,
  remove,
}: {
  readonly manifest?: string | undefined;
  readonly remove: readonly string[];
}): ListedBase | undefined => (manifest === undefined ? undefined : { manifest, remove });

/** A file that stays, with its path. */
interface Kept {
  readonly path: string;
  readonly entry: ImportedEntry;
}

function* keptFiles(
  entries: readonly ImportedEntry[],
  { remove }: Pick<ListedBase, 'remove'>,
): Generator<Kept> {
  const removed = new Set(remove);
  const gone = new Set<number>();
  const paths = new EntryPaths();
  for (const entry of entries) {
    const { id, parent, name, kind } = entry;
    if (id === 0) continue;
    const path = paths.of(parent, name);
    const isGone = gone.has(parent) || removed.has(path);
    if (kind === 'directory') paths.add(id, parent, name);
    if (kind === 'directory' && isGone) gone.add(id);
    if (kind === 'file' && !isGone) yield { path, entry };
  }
}

/** What the manifest of the session says of files, by their paths; nothing where it cannot be read, or is none. */
const knownDigests = async (
  reader: BlockReader,
  manifest: ImportedEntry | undefined,
): Promise<ReadonlyMap<string, string>> => {
  const known = new Map<string, string>();
  if (!manifest || !fits(reader, manifest)) return known;
  for await (const line of linesOf(piecesOf(reader, manifest))) {
    const read = readManifestLine(line);
    if (read) known.set(`/${read.path}`, read.sha256);
  }
  return known;
};

const digestOf = async (digests: FileDigests, { held, ...content }: ImportedEntry): Promise<BaseDigest> => {
  if (held) return { sha256: createHash('sha256').update(held).digest('hex') };
  const found = await digests.of(content);
  return 'sha256' in found
    ? found
    : { objection: `cannot be listed in the manifest: ${found.problem.detail}` };
};

const inOrder = ({ entry: one }: Kept, { entry: other }: Kept): number =>
  (one.runs[0]?.block ?? 0) - (other.runs[0]?.block ?? 0);

/**
 * Reads all files of a session that is continued, for the manifest of what continues it, and compares them with the manifest that the session has
 * at the same path: whether a difference is damage or a change that nobody listed, only the client can say.
 */
export const digestBase = async (
  reader: BlockReader,
  entries: readonly ImportedEntry[],
  listed: ListedBase,
): Promise<ReadonlyMap<number, BaseDigest>> => {
  const files = [...keptFiles(entries, listed)];
  const manifest = files.find(({ path }) => path === listed.manifest)?.entry;
  const known = await knownDigests(reader, manifest);
  const digests = new FileDigests(reader);
  const found = new Map<number, BaseDigest>();
  for (const { path, entry } of files.toSorted(inOrder)) {
    if (entry === manifest) continue;
    const digest = await digestOf(digests, entry);
    const expected = known.get(path);
    found.set(
      entry.id,
      'sha256' in digest && expected !== undefined && expected !== digest.sha256
        ? { objection: `is not what ${listed.manifest} of the session says: its SHA-256 is ${digest.sha256}` }
        : digest,
    );
  }
  return found;
};
