import { createHash } from 'node:crypto';
import { readManifestLine } from '../manifest-line.js';
import { listedName } from '../streams.js';
import type { BlockReader } from './block-reader.js';
import { EntryPaths } from './entry-paths.js';
import { FileDigests } from './file-digests.js';
import type { ImportedContent, ImportedEntry } from './imported-entry.js';
import { linesOf } from './manifest-lines.js';

/** Of a file or stream of the session that is continued, in hex; or why it cannot be listed. */
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

/** By what the digest of an entry, or of a named stream of it, is found. */
export const digestKey = (id: number, stream?: string): string =>
  stream === undefined ? `${id}` : `${id} ${stream}`;

/** A file or stream that stays. */
interface Kept {
  /** By `listedName`. */
  readonly name: string;
  readonly key: string;
  readonly content: ImportedContent;
}

function* keptOf({ id, kind, streams, ...content }: ImportedEntry, path: string): Generator<Kept> {
  if (kind === 'file') yield { name: listedName(path), key: digestKey(id), content };
  for (const stream of streams)
    yield { name: listedName(path, stream.name), key: digestKey(id, stream.name), content: stream };
}

function* keptContents(
  entries: readonly ImportedEntry[],
  { remove }: Pick<ListedBase, 'remove'>,
): Generator<Kept> {
  const removed = new Set(remove);
  const gone = new Set<number>();
  const paths = new EntryPaths();
  for (const entry of entries) {
    const { id, parent, name, kind } = entry;
    const path = id === 0 ? '/' : paths.of(parent, name);
    const isGone = gone.has(parent) || removed.has(path);
    if (kind === 'directory' && id !== 0) paths.add(id, parent, name);
    if (kind === 'directory' && isGone) gone.add(id);
    if (!isGone) yield* keptOf(entry, path);
  }
}

/** What the manifest of the session says of files and streams, by their names; nothing where it cannot be read, or is none. */
const knownDigests = async (
  digests: FileDigests,
  manifest: ImportedContent | undefined,
): Promise<ReadonlyMap<string, string>> => {
  const known = new Map<string, string>();
  const pieces = manifest && digests.piecesOf(manifest);
  if (!pieces) return known;
  for await (const line of linesOf(pieces)) {
    const read = readManifestLine(line);
    if (read && read !== 'comment') known.set(listedName(`/${read.path}`, read.stream), read.sha256);
  }
  return known;
};

const digestOf = async (digests: FileDigests, { held, ...content }: ImportedContent): Promise<BaseDigest> => {
  if (held) return { sha256: createHash('sha256').update(held).digest('hex') };
  const found = await digests.of(content);
  return 'sha256' in found
    ? found
    : { objection: `cannot be listed in the manifest: ${found.problem.detail}` };
};

const inOrder = ({ content: one }: Kept, { content: other }: Kept): number =>
  (one.runs[0]?.block ?? 0) - (other.runs[0]?.block ?? 0);

/**
 * Reads all files and streams of a session that is continued, for the manifest of what continues it, and compares them with the manifest that the session has
 * at the same path: whether a difference is damage or a change that nobody listed, only the client can say.
 */
export const digestBase = async (
  reader: BlockReader,
  entries: readonly ImportedEntry[],
  listed: ListedBase,
): Promise<ReadonlyMap<string, BaseDigest>> => {
  const kept = [...keptContents(entries, listed)];
  const manifest = kept.find(({ name }) => name === listed.manifest)?.content;
  const digests = new FileDigests(reader);
  const known = await knownDigests(digests, manifest);
  const found = new Map<string, BaseDigest>();
  for (const { name, key, content } of kept.toSorted(inOrder)) {
    if (content === manifest) continue;
    const digest = await digestOf(digests, content);
    const expected = known.get(name);
    found.set(
      key,
      'sha256' in digest && expected !== undefined && expected !== digest.sha256
        ? { objection: `is not what ${listed.manifest} of the session says: its SHA-256 is ${digest.sha256}` }
        : digest,
    );
  }
  return found;
};
