import { readManifestLine } from '../manifest-line.js';
import { listedName } from '../streams.js';
import type { BlockReader } from './block-reader.js';
import { FileDigests, fits, TOO_COSTLY } from './file-digests.js';
import type { Finding, Report } from './findings.js';
import { linesOf } from './manifest-lines.js';
import type { FileContents, ValidatedView, ViewSummary } from './validated-view.js';

/** Paths of a manifest are those of the file system that shows most. */
const ORDER: readonly ViewSummary['view'][] = ['rock-ridge', 'udf', 'joliet', 'enhanced', 'iso9660'];

/** What a line names. */
type Name = Pick<Finding, 'path' | 'stream'> & { readonly path: string };

interface Wanted {
  readonly name: Name;
  readonly contents: FileContents;
  readonly sha256: string;
}

const isWhole = ({ runs, size, sha256 }: FileContents): boolean =>
  sha256 !== undefined || runs.reduce((sum, { bytes }) => sum + bytes, 0) === size;

/** The files of a view, and the streams of UDF beside it. */
type Listable = Pick<ValidatedView, 'files' | 'streams'>;

/** Compares the files and streams of a volume with its manifest. */
class ManifestCheck {
  readonly #report: Report;
  readonly #volume: Listable;
  readonly #manifest: string;
  readonly #listed = { files: new Set<string>(), streams: new Set<string>() };
  readonly #digests: FileDigests;
  #lines = 0;
  good = 0;

  constructor(reader: BlockReader, volume: Listable, manifest: string, report: Report) {
    this.#report = report;
    this.#volume = volume;
    this.#manifest = manifest;
    this.#digests = new FileDigests(reader);
  }

  async run(contents: FileContents): Promise<void> {
    const pieces = this.#digests.piecesOf(contents);
    if (!pieces) {
      this.#report({ ...TOO_COSTLY, path: this.#manifest });
      return;
    }
    const wanted: Wanted[] = [];
    for await (const line of linesOf(pieces)) {
      const found = this.#take(line);
      if (found) wanted.push(found);
    }
    // In the order in which they lie: a drive takes long to go back.
    wanted.sort((a, b) => (a.contents.runs[0]?.block ?? 0) - (b.contents.runs[0]?.block ?? 0));
    for (const one of wanted) await this.#compare(one);
    const { files, streams } = this.#volume;
    const own = this.#listed.files.has(this.#manifest) ? 0 : 1;
    this.#tellUnlisted('files', files.size, this.#listed.files.size + own);
    this.#tellUnlisted('named streams', streams.size, this.#listed.streams.size);
  }

  #tellUnlisted(what: string, all: number, listed: number): void {
    if (listed < all)
      this.#report({
        code: 'manifest-incomplete',
        path: this.#manifest,
        detail: `It does not name ${all - listed} of ${all} ${what}.`,
      });
  }

  #take(line: Uint8Array): Wanted | undefined {
    this.#lines++;
    const read = readManifestLine(line);
    if (read === 'comment') return undefined;
    if (!read) {
      this.#report({ code: 'manifest-malformed', path: this.#manifest, detail: `Line ${this.#lines}.` });
      return undefined;
    }
    const { stream, sha256 } = read;
    const path = `/${read.path}`;
    const name = { path, ...(stream !== undefined && { stream }) };
    const which = stream === undefined ? 'files' : 'streams';
    const key = listedName(path, stream);
    const contents = this.#volume[which].get(key);
    if (!contents) this.#report({ code: 'manifest-file-missing', ...name, detail: 'The manifest names it.' });
    if (!contents || this.#listed[which].has(key)) return undefined;
    this.#listed[which].add(key);
    return { name, contents, sha256 };
  }

  async #compare({ name, contents, sha256 }: Wanted): Promise<void> {
    if (!isWhole(contents)) {
      this.#report({ code: 'manifest-file-uncompared', ...name, detail: 'Not all of it can be found.' });
      return;
    }
    const found =
      contents.sha256 === undefined ? await this.#digests.of(contents) : { sha256: contents.sha256 };
    const at = contents.runs[0] && { block: contents.runs[0].block };
    if ('problem' in found) this.#report({ ...name, ...at, ...found.problem });
    else if (found.sha256 === sha256) this.good++;
    else
      this.#report({
        code: 'manifest-digest-wrong',
        ...name,
        ...at,
        detail: `Its SHA-256 is ${found.sha256}.`,
      });
  }
}

/**
 * Reads every file and stream that the manifest at `path` names and compares it; answers how many are what it says. Blocks that cannot be read
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
  if (!view || !contents || contents.sha256 !== undefined || !isWhole(contents) || !fits(reader, contents)) {
    report({ code: 'manifest-missing', path, detail: 'No file system of the volume has it.' });
    return 0;
  }
  const streams = views.find(({ summary }) => summary.view === 'udf')?.streams ?? view.streams;
  const check = new ManifestCheck(reader, { files: view.files, streams }, path, report);
  await check.run(contents);
  return check.good;
};
