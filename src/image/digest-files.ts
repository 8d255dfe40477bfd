import { createHash } from 'node:crypto';

import { BLOCK, blocksFor } from '../iso9660/block.js';
import type { Volume } from './bridge.js';
import type { DigestedFile, TakenOverFile } from './digested-file.js';
import type { Source } from './image.js';
import type { ManifestContents } from './image-contents.js';
import type { Manifest } from './manifest.js';
import type { OpenRoots } from './roots.js';
import { SourceReader } from './source-reader.js';

const SHA256_BYTES = 32;
const CHUNK = 256 * 1024;

export interface DigestOptions {
  readonly roots: OpenRoots;
  /** Bytes of sources that were read, and of all that will be. */
  readonly onDigested?: ((done: number, total: number) => void) | undefined;
}

/** Entries of the manifest with content, each file once however many names it has. */
const digestedEntries = ({ tree, contents: { inodes } }: Volume, manifest: Manifest): number[] => {
  const found = new Set<number>();
  for (const { entry } of manifest.files()) if (tree.contentBytes(entry) > 0) found.add(inodes.first(entry));
  return [...found];
};

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

/** What mastering makes of its own, such as a boot catalog: the first bytes of the region that begins where the entry lies. */
const madeDigest = ({ tree, contents, runs, reach }: Volume, entry: number): Uint8Array | undefined => {
  const block = contents.blockOf(entry);
  const made = runs.find((run) => run.block === block && run.region.bytes);
  if (!made) return undefined;
  const hash = createHash('sha256');
  let left = tree.contentBytes(entry);
  for (const piece of made.region.bytes?.(reach) ?? []) {
    hash.update(piece.subarray(0, left));
    left = Math.max(0, left - piece.length);
  }
  return hash.digest();
};

/**
 * Reads every file of a volume once and digests it, as it will be recorded; says then what each contains, as long as it is still what was measured:
 * sources are compared once more when they are recorded.
 */
const digestFiles = (
  volume: Volume,
  manifest: Manifest,
  { roots, onDigested }: DigestOptions,
): ((entry: number) => Uint8Array) => {
  const { tree, contents } = volume;
  const fromSources = new Set(contents.entries);
  const entries = digestedEntries(volume, manifest);
  const total = entries
    .filter((entry) => fromSources.has(entry))
    .reduce((bytes, entry) => bytes + tree.contentBytes(entry), 0);
  const digests = new Uint8Array(tree.size * SHA256_BYTES);
  let done = 0;
  const digester = new Digester(roots, (bytes) => {
    done += bytes;
    onDigested?.(done, total);
  });
  const digestOf = (entry: number): Uint8Array | undefined => {
    const known = manifest.known.get(entry);
    if (known !== undefined) return Buffer.from(known, 'hex');
    return fromSources.has(entry) ? digester.source(tree.source(entry)) : madeDigest(volume, entry);
  };
  try {
    for (const entry of entries) {
      const digest = digestOf(entry);
      if (!digest) throw new Error(`${tree.path(entry)} has no content`);
      digests.set(digest, entry * SHA256_BYTES);
    }
  } finally {
    digester.close();
  }
  const empty = createHash('sha256').digest();
  return (entry) => {
    const first = contents.inodes.first(entry);
    return tree.contentBytes(first) === 0
      ? empty
      : digests.subarray(first * SHA256_BYTES, (first + 1) * SHA256_BYTES);
  };
};

/** The files of a manifest by ascending address, without those that lie in earlier sessions. */
const digestedFiles = (
  volume: Volume,
  manifest: Manifest,
  digest: (entry: number) => Uint8Array,
): ManifestContents['files'] => {
  const { tree, contents, reach } = volume;
  const entries = digestedEntries(volume, manifest).filter((entry) => !tree.recordedRuns(entry));
  entries.sort((a, b) => contents.blockOf(a) - contents.blockOf(b));
  function* items(): Generator<DigestedFile> {
    for (const entry of entries)
      yield {
        path: tree.path(entry),
        address: (contents.blockOf(entry) - reach.first) * BLOCK,
        length: tree.contentBytes(entry),
        sha256: digest(entry),
      };
  }
  return { count: entries.length, items: items() };
};

const firstBlock = (file: TakenOverFile): number => file.runs.find(({ hole }) => hole !== true)?.block ?? 0;

/** The files of a manifest that lie in earlier sessions, in the order in which they are read. */
const takenOverFiles = (
  volume: Volume,
  manifest: Manifest,
  digest: (entry: number) => Uint8Array,
): ManifestContents['takenOver'] => {
  const { tree } = volume;
  const items = digestedEntries(volume, manifest).flatMap((entry): TakenOverFile[] => {
    const runs = tree.recordedRuns(entry)?.filter(({ bytes }) => bytes > 0);
    return runs ? [{ path: tree.path(entry), runs, sha256: digest(entry) }] : [];
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
  const digest = digestFiles(volume, manifest, options);
  manifest.fill(digest);
  return {
    address: (volume.contents.blockOf(manifest.entry) - volume.reach.first) * BLOCK,
    bytes: volume.tree.contentBytes(manifest.entry),
    files: digestedFiles(volume, manifest, digest),
    takenOver: takenOverFiles(volume, manifest, digest),
  };
};
