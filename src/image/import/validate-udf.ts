import { createHash } from 'node:crypto';

import { BLOCK } from '../../iso9660/block.js';
import { listedName } from '../streams.js';
import type { BlockReader } from './block-reader.js';
import { EntryPaths } from './entry-paths.js';
import type { Finding } from './findings.js';
import { type Occupant, occupantAt, overlaps } from './occupied.js';
import { TakenBlocks } from './taken-blocks.js';
import { checkSpace } from './udf-space-checks.js';
import type { UdfContents } from './udf-icb.js';
import { type UdfEntry, udfEntries } from './udf-tree.js';
import { readUdfVolume, type UdfVolume } from './udf-volume.js';
import type { FileContents, Reporting, ValidatedView } from './validated-view.js';

/** What was found of a file: how many names it has, and how many it says. */
interface Named {
  found: number;
  readonly said: number;
  readonly path: string;
}

const contentsFor = (size: number, { runs, embedded }: UdfContents): FileContents => {
  if (embedded?.length === size)
    return { runs: [], size, sha256: createHash('sha256').update(embedded).digest('hex') };
  return { runs: runs.map(({ hole, ...run }) => ({ ...run, ...(hole && { hole }) })), size };
};

/** Gathers what must agree with each other. */
class Gathered {
  readonly contents = new Map<string, string>();
  readonly files = new Map<string, FileContents>();
  readonly streams = new Map<string, FileContents>();
  readonly occupants: Occupant[] = [];
  readonly #keepsFiles: boolean;
  /** By the block of the entry. */
  readonly #named = new Map<number, Named>();
  readonly #paths = new EntryPaths();
  /** Names of files: hard links count, OSTA UDF 2.50 2.2.6.4. */
  fileCount = 0;
  directories = 0;
  bytes = 0;

  constructor(keepsFiles: boolean) {
    this.#keepsFiles = keepsFiles;
  }

  add(entry: UdfEntry): void {
    const { id, parent, name, kind } = entry;
    const path = id === 0 ? '/' : this.#paths.of(parent, name);
    this.#addStreams(entry, path);
    if (kind === 'directory') {
      this.#paths.add(id, parent, name);
      this.directories++;
    } else this.#addFile(entry, path);
  }

  #addStreams({ streams }: UdfEntry, path: string): void {
    if (!this.#keepsFiles) return;
    for (const { name, size, contents } of streams)
      this.streams.set(listedName(path, name), contentsFor(size, contents));
  }

  #addFile({ kind, size, runs, contents, icbBlock, links }: UdfEntry, path: string): void {
    this.fileCount++;
    const known = this.#named.get(icbBlock);
    if (known) known.found++;
    else {
      this.#named.set(icbBlock, { found: 1, said: links, path });
      this.occupants.push({ block: icbBlock, bytes: BLOCK, what: path, shared: false });
    }
    if (kind !== 'file') return;
    this.bytes += size;
    if (this.#keepsFiles && contents) this.files.set(path, contentsFor(size, contents));
    const [first] = runs;
    if (first) this.contents.set(`${first.block}:${size}`, path);
    for (const run of runs) this.occupants.push({ ...run, what: path, shared: true });
  }

  *wrongLinks(): Generator<Finding> {
    for (const [block, { found, said, path }] of this.#named)
      if (found !== said)
        yield {
          code: 'link-count-wrong',
          block,
          path,
          detail: `It has ${found} names and says ${said}.`,
        };
  }

  *wrongCounts({ counts }: UdfVolume): Generator<Finding> {
    const { fileCount: files, directories } = this;
    if (counts && (counts.files !== files || counts.directories !== directories))
      yield {
        code: 'counts-differ',
        detail: `The volume says ${counts.files} files and ${counts.directories} directories; there are ${files} and ${directories}.`,
      };
  }
}

/** Everything that is wrong with the UDF of one session; undefined where its tree cannot be read at all. */
export const validateUdf = async (
  reader: BlockReader,
  start: number,
  { report, keepsFiles }: Reporting,
): Promise<ValidatedView | undefined> => {
  const read = await readUdfVolume(reader, start, report);
  if (!read) return undefined;
  const taken = new TakenBlocks(read.space.partitions, reader.blocks);
  const volume = { ...read, space: { ...read.space, taken } };
  const gathered = new Gathered(keepsFiles);
  for await (const entry of udfEntries(volume, report)) gathered.add(entry);
  for (const finding of gathered.wrongLinks()) report(finding);
  for (const finding of gathered.wrongCounts(volume)) report(finding);
  for (const finding of overlaps(gathered.occupants)) report(finding);
  await checkSpace(volume, report, (block) => occupantAt(gathered.occupants, block)?.what);
  const { fileCount, directories, bytes, contents, files, streams } = gathered;
  const counts = { files: fileCount, directories, bytes };
  return {
    summary: { view: 'udf', volumeIdentifier: volume.identifier, ...counts },
    contents,
    files,
    streams,
  };
};
