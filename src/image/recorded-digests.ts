import type { ValuesOf } from '../binary/layout.js';
import { BLOCK } from '../iso9660/block.js';
import type { DigestedFile, TakenOverFile } from './digested-file.js';
import type { ContentRun } from './file-extents.js';
import type { fileDigestRecord, stringReference } from './image-file-layout.js';

type DigestRecord = ValuesOf<typeof fileDigestRecord>;

const runOf = ({ address, length, hole }: DigestRecord): ContentRun => {
  const run = { block: Number(address / BigInt(BLOCK)), bytes: Number(length) };
  return hole ? { ...run, hole } : run;
};

/** What the manifest of an image file says of files, read as it is asked for. */
export class RecordedDigests {
  readonly #count: number;
  readonly #record: (index: number) => DigestRecord;
  readonly #text: (reference: ValuesOf<typeof stringReference>) => string;

  constructor(
    count: number,
    record: (index: number) => DigestRecord,
    text: (reference: ValuesOf<typeof stringReference>) => string,
  ) {
    this.#count = count;
    this.#record = record;
    this.#text = text;
  }

  /** Of the files of the image, by ascending address. */
  *here(): Generator<DigestedFile> {
    for (let index = 0; index < this.#count; index++) {
      const record = this.#record(index);
      if (record.takenOver) return;
      const { address, length, sha256 } = record;
      yield { ...this.#nameOf(record), address: Number(address), length: Number(length), sha256 };
    }
  }

  /** Of files that lie in earlier sessions, by their first blocks. */
  *takenOver(): Generator<TakenOverFile> {
    let runs: ContentRun[] = [];
    for (let index = this.#firstTakenOver(); index < this.#count; index++) {
      const record = this.#record(index);
      runs.push(runOf(record));
      if (record.goesOn) continue;
      yield { ...this.#nameOf(record), runs, sha256: record.sha256 };
      runs = [];
    }
  }

  #nameOf({ path, ofStream }: DigestRecord): Pick<DigestedFile, 'path' | 'stream'> {
    const text = this.#text(path);
    const end = ofStream ? text.indexOf('\0') : text.length;
    return { path: text.slice(0, end), ...(ofStream && { stream: text.slice(end + 1) }) };
  }

  #firstTakenOver(): number {
    let [low, high] = [0, this.#count];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.#record(middle).takenOver) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
