import { readManifestLine } from '../manifest-line.js';
import type { BlockReader } from './block-reader.js';
import { FileDigests, fits, piecesOf } from './file-digests.js';
import type { Report } from './findings.js';
import { linesOf } from './manifest-lines.js';
import type { FileContents, ValidatedView, ViewSummary } from './validated-view.js';

/** Paths of a manifest are those of the file system that shows most. */
const ORDER: readonly ViewSummary['view'][] = ['rock-ridge', 'udf', 'joliet', 'enhanced', 'iso9660'];

interface Wanted {
  readonly path: string;
  readonly file: FileContents;
  readonly sha256: string;
}

const isWhole = ({ runs, size }: FileContents): boolean =>
  runs.reduce((sum, { bytes }) => sum + bytes, 0) === size;

/** Compares the files of a volume with its manifest. */
class ManifestCheck {
  readonly #reader: BlockReader;
  readonly #report: Report;
  readonly #files: ReadonlyMap<string, FileContents>;
  readonly #manifest: string;
  readonly #listed = new Set<string>();
  readonly #digests: FileDigests;
  files = 0;

  constructor(reader: BlockReader, { files }: ValidatedView, manifest: string, report: Report) {
    this.#reader = reader;
    this.#report = report;
    this.#files = files;
    this.#manifest = manifest;
    this.#digests = new FileDigests(reader);
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
    const found = await this.#digests.of(file);
    const at = file.runs[0] && { block: file.runs[0].block };
    if ('problem' in found) this.#report({ path, ...at, ...found.problem });
    else if (found.sha256 === sha256) this.files++;
    else
      this.#report({
        code: 'manifest-digest-wrong',
        path,
        ...at,
        detail: `Its SHA-256 is ${found.sha256}.`,
      });
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
