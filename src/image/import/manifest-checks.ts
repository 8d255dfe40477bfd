import { createHash } from 'node:crypto';
import { BLOCK, blocksFor } from '../../iso9660/block.js';
import { readManifestLine } from '../manifest-line.js';
import { type BlockReader, isUnreadable } from './block-reader.js';
import type { Report } from './findings.js';
import type { FileContents, ValidatedView, ViewSummary } from './validated-view.js';

/** Paths of a manifest are those of the file system that shows most. */
const ORDER: readonly ViewSummary['view'][] = ['rock-ridge', 'udf', 'joliet', 'enhanced', 'iso9660'];

const PIECE_BLOCKS = 128;
const LONGEST_LINE = 256 * 1024;
const LINE_END = 10;

/** Files of a volume that share blocks without being the same could have many times its bytes. */
const MOST_TIMES = 4;

interface Wanted {
  readonly path: string;
  readonly file: FileContents;
  readonly sha256: string;
}

const isWhole = ({ runs, size }: FileContents): boolean =>
  runs.reduce((sum, { bytes }) => sum + bytes, 0) === size;

/** The contents of a file, piece by piece. */
async function* piecesOf(reader: BlockReader, { runs }: FileContents): AsyncGenerator<Uint8Array> {
  for (const { block, bytes } of runs)
    for (let done = 0; done < bytes;) {
      const count = Math.min(PIECE_BLOCKS, blocksFor(bytes - done));
      yield (await reader.read(block + done / BLOCK, count)).subarray(0, bytes - done);
      done += count * BLOCK;
    }
}

/** Lines without their ends; one that is longer than any path ends it. */
async function* linesOf(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let rest: Uint8Array = new Uint8Array();
  for await (const piece of pieces) {
    let bytes: Uint8Array = Buffer.concat([rest, piece]);
    for (let end = bytes.indexOf(LINE_END); end !== -1; end = bytes.indexOf(LINE_END)) {
      yield bytes.subarray(0, end);
      bytes = bytes.subarray(end + 1);
    }
    rest = bytes;
    if (rest.length > LONGEST_LINE) break;
  }
  if (rest.length > 0) yield rest;
}

const fits = (reader: BlockReader, { runs }: FileContents): boolean =>
  runs.every(({ block, bytes }) => block + blocksFor(bytes) <= reader.blocks);

/** Compares the files of a volume with its manifest. */
class ManifestCheck {
  readonly #reader: BlockReader;
  readonly #report: Report;
  readonly #files: ReadonlyMap<string, FileContents>;
  readonly #manifest: string;
  readonly #listed = new Set<string>();
  /** By where they lie: what has many names is read once. */
  readonly #digests = new Map<string, string | undefined>();
  #left: number;
  files = 0;

  constructor(reader: BlockReader, { files }: ValidatedView, manifest: string, report: Report) {
    this.#reader = reader;
    this.#report = report;
    this.#files = files;
    this.#manifest = manifest;
    this.#left = MOST_TIMES * reader.blocks * BLOCK;
  }

  async run(contents: FileContents): Promise<void> {
    const wanted: Wanted[] = [];
    for await (const line of linesOf(piecesOf(this.#reader, contents))) {
      const found = this.#take(line);
      if (found) wanted.push(found);
    }
    // In the order in which they lie: a drive takes long to go back.
    wanted.sort((a, b) => (a.file.runs[0]?.block ?? 0) - (b.file.runs[0]?.block ?? 0));
    for (const one of wanted) await this.#compare(one);
    const unlisted = this.#files.size - this.#listed.size - (this.#listed.has(this.#manifest) ? 0 : 1);
    if (unlisted > 0)
      this.#report({
        code: 'manifest-incomplete',
        path: this.#manifest,
        detail: `It does not name ${unlisted} of ${this.#files.size} files.`,
      });
  }

  #take(line: Uint8Array): Wanted | undefined {
    const read = readManifestLine(line);
    if (!read) {
      this.#report({
        code: 'manifest-malformed',
        path: this.#manifest,
        detail: `Line ${this.#listed.size + 1}.`,
      });
      return undefined;
    }
    const path = `/${read.path}`;
    const file = this.#files.get(path);
    if (!file) this.#report({ code: 'manifest-file-missing', path, detail: 'The manifest names it.' });
    if (!file || this.#listed.has(path)) return undefined;
    this.#listed.add(path);
    return { path, file, sha256: read.sha256 };
  }

  async #compare({ path, file, sha256 }: Wanted): Promise<void> {
    if (!isWhole(file)) {
      this.#report({
        code: 'manifest-file-uncompared',
        path,
        detail: 'They stand in its entry, or it has holes.',
      });
      return;
    }
    const found = await this.#digestOf(path, file);
    if (found === undefined) return;
    if (found === sha256) this.files++;
    else
      this.#report({
        code: 'manifest-digest-wrong',
        path,
        ...(file.runs[0] && { block: file.runs[0].block }),
        detail: `Its SHA-256 is ${found}.`,
      });
  }

  /** Undefined where it cannot be read, which is told. */
  async #digestOf(path: string, file: FileContents): Promise<string | undefined> {
    const place = file.runs.map(({ block, bytes }) => `${block}+${bytes}`).join();
    if (this.#digests.has(place)) return this.#digests.get(place);
    const digest = await this.#read(path, file);
    this.#digests.set(place, digest);
    return digest;
  }

  async #read(path: string, file: FileContents): Promise<string | undefined> {
    this.#left -= file.size;
    if (this.#left < 0 || !fits(this.#reader, file)) {
      const detail = 'It is not read: the files have more bytes than the volume.';
      this.#report({ code: 'volume-too-costly', path, detail });
      return undefined;
    }
    const hash = createHash('sha256');
    try {
      for await (const piece of piecesOf(this.#reader, file)) hash.update(piece);
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      const at = file.runs[0] && { block: file.runs[0].block };
      this.#report({ code: 'block-unreadable', path, ...at, detail: error.message });
      return undefined;
    }
    return hash.digest('hex');
  }
}

/**
 * Reads every file that the manifest at `path` names and compares it; answers how many are what it says. Blocks that cannot be read
 * cost the file that they are of.
 */
export const checkManifest = async (
  reader: BlockReader,
  views: readonly ValidatedView[],
  path: string,
  report: Report,
): Promise<number> => {
  const view = ORDER.map((name) => views.find(({ summary }) => summary.view === name)).find((one) =>
    one?.files.has(path),
  );
  const contents = view?.files.get(path);
  if (!view || !contents || !isWhole(contents) || !fits(reader, contents)) {
    report({ code: 'manifest-missing', path, detail: 'No file system of the volume has it.' });
    return 0;
  }
  const check = new ManifestCheck(reader, view, path, report);
  await check.run(contents);
  return check.files;
};
