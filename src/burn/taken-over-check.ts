import { createHash, type Hash } from 'node:crypto';
import type { Finding } from './bad-ranges.js';
import type { ReadBack } from './read-back.js';

const BLOCK = 2048;
/** What is read before anybody is told, and before a cancellation is heeded. */
const PIECE_BLOCKS = 512;

/** A file of an earlier session that the manifest of an image lists, or a named stream of one. */
export interface TakenOverFile {
  /** On the disc. */
  readonly path: string;
  readonly stream?: string;
  /** Blocks of the medium, or so many bytes that were never written. */
  readonly runs: readonly { readonly block: number; readonly bytes: number; readonly hole?: true }[];
  readonly sha256: Uint8Array;
}

type Run = TakenOverFile['runs'][number];

const blocksOf = ({ bytes, hole }: Run): number => (hole === true ? 0 : Math.ceil(bytes / BLOCK));

export const blocksOfTakenOver = (files: Iterable<TakenOverFile>): number => {
  let total = 0;
  for (const { runs } of files) for (const run of runs) total += blocksOf(run);
  return total;
};

/** Zeros in the place of what was never written. */
const hashHole = (hash: Hash, bytes: number): void => {
  const zeros = new Uint8Array(PIECE_BLOCKS * BLOCK);
  for (let left = bytes; left > 0; left -= zeros.length) hash.update(zeros.subarray(0, left));
};

const named = ({
  path: file,
  stream,
}: Pick<TakenOverFile, 'path' | 'stream'>): Pick<Finding, 'file' | 'stream'> => ({
  file,
  ...(stream !== undefined && { stream }),
});

/** All blocks of a file that is not what it was: a digest does not tell which. */
const changed = ({ runs, ...name }: TakenOverFile): Finding[] =>
  runs
    .filter((run) => blocksOf(run) > 0)
    .map((run) => ({
      from: run.block,
      count: blocksOf(run),
      kind: 'mismatch',
      exact: false,
      ...named(name),
      onMedium: true,
    }));

interface Reading {
  readonly readBack: ReadBack;
  readonly hash: Hash;
  readonly file: TakenOverFile;
}

/** Reads a piece of a run; what cannot be read of it. */
const readPiece = async (
  { readBack, hash, file }: Reading,
  { block, bytes }: Run,
): Promise<readonly Finding[]> => {
  const count = Math.ceil(bytes / BLOCK);
  const read = new Uint8Array(count * BLOCK);
  const findings: Finding[] = [];
  for await (const { offset, blocks, data } of readBack.ahead(block, count)) {
    if (data) read.set(data, offset * BLOCK);
    else
      for (const lost of await readBack.singly({ start: block, offset, blocks, into: read })) {
        const where = { from: block + lost.offset, count: lost.blocks, exact: lost.exact };
        findings.push({ ...where, kind: 'unreadable', ...named(file), onMedium: true });
      }
    if (findings.length > 0 && readBack.isExhausted()) break;
  }
  hash.update(read.subarray(0, bytes));
  return findings;
};

function* piecesOf(runs: readonly Run[]): Generator<Run> {
  for (const { block, bytes, hole } of runs)
    if (hole === true) yield { block, bytes, hole };
    else
      for (let done = 0; done < bytes; done += PIECE_BLOCKS * BLOCK)
        yield { block: block + done / BLOCK, bytes: Math.min(bytes - done, PIECE_BLOCKS * BLOCK) };
}

/** Reads a file of an earlier session again, yielding blocks as they were read, and says how it is not what the manifest says. */
export async function* checkTakenOver(
  file: TakenOverFile,
  { readBack, signal }: { readonly readBack: ReadBack; readonly signal: AbortSignal },
): AsyncGenerator<number, readonly Finding[]> {
  const hash = createHash('sha256');
  const lost: Finding[] = [];
  for (const piece of piecesOf(file.runs)) {
    signal.throwIfAborted();
    if (piece.hole === true) hashHole(hash, piece.bytes);
    else lost.push(...(await readPiece({ readBack, hash, file }, piece)));
    yield blocksOf(piece);
    if (lost.length > 0 && readBack.isExhausted()) break;
  }
  if (lost.length > 0) return lost;
  return hash.digest().equals(file.sha256) ? [] : changed(file);
}
