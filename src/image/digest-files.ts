import { createHash } from 'node:crypto';

import { BLOCK, blocksFor } from '../iso9660/block.js';
import type { Volume } from './bridge.js';
import type { DigestedFile, TakenOverFile } from './digested-file.js';
import type { Source } from './image.js';
import type { ManifestContents } from './image-contents.js';
import type { ListedEntry } from './listed-entries.js';
import type { DigestOf, Manifest } from './manifest.js';
import type { OpenRoots } from './roots.js';
import { SourceReader } from './source-reader.js';
import { streamAddress } from './udf-volume.js';

const SHA256_BYTES = 32;
const NOTHING = new Uint8Array();

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();

const CHUNK = 256 * 1024;

export interface DigestOptions {
  readonly roots: OpenRoots;
  /** Bytes of sources that were read, and of all that will be; the path on the disc of the file that is read. */
  readonly onDigested?: ((done: number, total: number, path: () => string) => void) | undefined;
}

/** The entry that has the contents of what is listed; bytes that users attached where none has. */
const contentOf = (
  { tree, contents: { inodes } }: Volume,
  { entry, stream }: ListedEntry,
): number | Uint8Array =>
  stream ? (tree.streamsOf(entry)[stream.index]?.content ?? NOTHING) : inodes.first(entry);

class Digester {
  readonly #reader: SourceReader;
  readonly #chunk = new Uint8Array(CHUNK);
  readonly #onBytes: (bytes: number) => void;

  constructor(roots: OpenRoots, onBytes: (bytes: number) => void) {
    this.#reader = new SourceReader(roots);
    this.#onBytes = onBytes;
  }

  source(source: Source): Uint8Array {
    const hash = createHash('sha256');
    this.#reader.open(source);
    for (let at = 0; at < source.size; at += CHUNK) {
      const piece = this.#chunk.subarray(0, Math.min(CHUNK, source.size - at));
      this.#reader.read(piece, at);
      hash.update(piece);
      this.#onBytes(piece.length);
    }
    this.#reader.finish();
    return hash.digest();
  }

  close(): void {
    this.#reader.close();
  }
}

/** What mastering makes of its own, such as a boot catalog: the first bytes of the region that begins where the entry lies; one without blocks may begin there, too. */
const madeDigest = ({ tree, contents, runs, reach }: Volume, entry: number): Uint8Array | undefined => {
  const block = contents.blockOf(entry);
  const made = runs.find(({ block: first, region }) => first === block && region.blocks > 0 && region.bytes);
  if (!made) return undefined;
  const hash = createHash('sha256');
  let left = tree.contentBytes(entry);
  for (const piece of made.region.bytes?.(reach) ?? []) {
    hash.update(piece.subarray(0, left));
    left = Math.max(0, left - piece.length);
  }
  return hash.digest();
};

/** Reads every entry with content once and digests it, as it will be recorded. */
const digestEntries = (
  volume: Volume,
  manifest: Manifest,
  { roots, onDigested }: DigestOptions,
): ((entry: number) => Uint8Array) => {
  const { tree, contents } = volume;
  const fromSources = new Set(contents.entries);
  const entries = [...contentsIn(volume, manifest)].flatMap(({ content }) =>
    typeof content === 'number' ? [content] : [],
  );
  const total = entries
    .filter((entry) => fromSources.has(entry))
    .reduce((bytes, entry) => bytes + tree.contentBytes(entry), 0);
  const digests = new Uint8Array(tree.size * SHA256_BYTES);
  let done = 0;
  let at = 0;
  const path = (): string => tree.path(at);
  const digester = new Digester(roots, (bytes) => {
    done += bytes;
    onDigested?.(done, total, path);
  });
  const digestOf = (entry: number): Uint8Array | undefined => {
    const known = manifest.known.get(entry);
    if (known !== undefined) return Buffer.from(known, 'hex');
    return fromSources.has(entry) ? digester.source(tree.source(entry)) : madeDigest(volume, entry);
  };
  try {
    for (const entry of entries) {
      at = entry;
      const digest = digestOf(entry);
      if (!digest) throw new Error(`${tree.path(entry)} has no content`);
      digests.set(digest, entry * SHA256_BYTES);
    }
  } finally {
    digester.close();
  }
  const empty = sha256(NOTHING);
  return (entry) =>
    tree.contentBytes(entry) === 0
      ? empty
      : digests.subarray(entry * SHA256_BYTES, (entry + 1) * SHA256_BYTES);
};

/** Says what each file and stream contains, as long as it is still what was measured: sources are compared once more when they are recorded. */
const digestListed = (volume: Volume, manifest: Manifest, options: DigestOptions): DigestOf => {
  const digest = digestEntries(volume, manifest, options);
  return (listed) => {
    const content = contentOf(volume, listed);
    return typeof content === 'number' ? digest(content) : sha256(content);
  };
};

interface ListedContent {
  readonly listed: ListedEntry;
  readonly content: number | Uint8Array;
}

const hasContent = ({ tree }: Volume, content: number | Uint8Array): boolean =>
  (typeof content === 'number' ? tree.contentBytes(content) : content.length) > 0;

/** What of a manifest has content, each file and stream once however many names it has. */
function* contentsIn(volume: Volume, manifest: Manifest): Generator<ListedContent> {
  const seen = new Set<number | Uint8Array>();
  for (const listed of manifest.listed()) {
    const content = contentOf(volume, listed);
    if (!hasContent(volume, content) || seen.has(content)) continue;
    seen.add(content);
    yield { listed, content };
  }
}

/** How what is listed is called: by the first of its names, and where that is not all, by its stream's. */
const nameOf = (
  { tree, contents: { inodes } }: Volume,
  { entry, stream }: ListedEntry,
): Pick<DigestedFile, 'path' | 'stream'> =>
  stream ? { path: tree.path(entry), stream: stream.name } : { path: tree.path(inodes.first(entry)) };

/** Byte of the part. */
const addressOf = ({ contents, reach, udf }: Volume, { listed, content }: ListedContent): number => {
  const { entry, stream } = listed;
  const onMedium =
    typeof content === 'number' || !udf || !stream
      ? contents.blockOf(typeof content === 'number' ? content : entry) * BLOCK
      : streamAddress(udf, entry, stream.index);
  return onMedium - reach.first * BLOCK;
};

const isTakenOver = ({ tree }: Volume, { content }: ListedContent): boolean =>
  typeof content === 'number' && tree.onMedium.runs(content) !== undefined;

/** The files and streams of a manifest by ascending address, without those that lie in earlier sessions. */
const digestedFiles = (volume: Volume, manifest: Manifest, digest: DigestOf): ManifestContents['files'] => {
  const placed = [...contentsIn(volume, manifest)]
    .filter((one) => !isTakenOver(volume, one))
    .map((one) => ({ ...one, address: addressOf(volume, one) }))
    .sort((a, b) => a.address - b.address);
  function* items(): Generator<DigestedFile> {
    for (const { listed, content, address } of placed)
      yield {
        ...nameOf(volume, listed),
        address,
        length: typeof content === 'number' ? volume.tree.contentBytes(content) : content.length,
        sha256: digest(listed),
      };
  }
  return { count: placed.length, items: items() };
};

const firstBlock = (file: TakenOverFile): number => file.runs.find(({ hole }) => hole !== true)?.block ?? 0;

/** The files and streams of a manifest that lie in earlier sessions, in the order in which they are read. */
const takenOverFiles = (
  volume: Volume,
  manifest: Manifest,
  digest: DigestOf,
): ManifestContents['takenOver'] => {
  const { tree } = volume;
  const items = [...contentsIn(volume, manifest)].flatMap(({ listed, content }): TakenOverFile[] => {
    const runs =
      typeof content === 'number' ? tree.onMedium.runs(content)?.filter(({ bytes }) => bytes > 0) : undefined;
    return runs ? [{ ...nameOf(volume, listed), runs, sha256: digest(listed) }] : [];
  });
  const recorded = items.flatMap(({ runs }) => runs).filter(({ hole }) => hole !== true);
  return {
    runs: items.reduce((total, { runs }) => total + runs.length, 0),
    blocks: recorded.reduce((total, { bytes }) => total + blocksFor(bytes), 0),
    items: items.toSorted((one, other) => firstBlock(one) - firstBlock(other)),
  };
};

/** Reads all files of a volume for its manifest, which is complete then. */
export const listFiles = (volume: Volume, manifest: Manifest, options: DigestOptions): ManifestContents => {
  const digest = digestListed(volume, manifest, options);
  manifest.fill(digest);
  return {
    address: (volume.contents.blockOf(manifest.entry) - volume.reach.first) * BLOCK,
    bytes: volume.tree.contentBytes(manifest.entry),
    files: digestedFiles(volume, manifest, digest),
    takenOver: takenOverFiles(volume, manifest, digest),
  };
};
