import { createHash } from 'node:crypto';
import { sameBytes } from '../binary/same-bytes.js';
import type { DriveSession } from '../drive/drive-session.js';
import { type BadBlocks, type BadRange, type Finding, collectBad } from './bad-ranges.js';
import { createFileCheck, type FileCheck, type ManifestFile } from './file-check.js';
import { ReadBack } from './read-back.js';
import { blocksOfTakenOver, checkTakenOver, type TakenOverFile } from './taken-over-check.js';

const BLOCK = 2048;
/** Digests are kept per mebibyte. */
const BLOCKS_PER_DIGEST = 512;
/** Beside the first and the last mebibyte, so many in between are read by a quick verification. */
const SAMPLES = 14;

/** What is known of an image that a medium must hold. */
export interface VerifiedImage {
  /**
   * SHA-256 of a mebibyte of the image as it was sent; of the last one of a part, of what there is of it. Counted over
   * all parts, each of which begins a new one.
   */
  digest(mebibyte: number): Promise<Uint8Array>;
  /** What the manifest says of files, by ascending address; absent where there is no manifest. */
  readonly files?: () => Iterable<ManifestFile>;
  /** And of those that it lists of earlier sessions, in the order in which they are read; absent where it lists none. */
  readonly takenOver?: () => Iterable<TakenOverFile>;
  /** Path on the disc of the file that holds a block of the image; blocks are counted over all parts. */
  fileAt?(block: number): string | undefined;
  /** Blocks of the image once more, to tell which of a mebibyte differ. May fail. */
  original?(block: number, blocks: number): Promise<Uint8Array>;
  /** Brings the digests about where nobody has sent the image yet. */
  learn?(signal: AbortSignal): AsyncGenerator<{ readonly done: number; readonly total: number }, void>;
}

export interface Verification {
  readonly session: DriveSession;
  readonly image: VerifiedImage;
  /** Where the parts of the image lie on the medium, in the order of their blocks. */
  readonly parts: readonly { readonly start: number; readonly blocks: number }[];
  readonly mode: 'quick' | 'full';
  readonly signal: AbortSignal;
  /** Of a block as the drive has them; 2,048 where it is left out. */
  readonly blockBytes?: number | undefined;
}

export interface VerifyReport {
  /** Blocks that were read back and compared. */
  readonly blocks: number;
  /** Files of the manifest that were read whole and are what it says; undefined where there is none. */
  readonly files: number | undefined;
  /** Files of it that were not hashed; undefined where there is none, or samples were read. */
  readonly missedFiles: number | undefined;
  /** The same of files of earlier sessions that it lists, and their blocks that were read; undefined where it lists none, or samples were read. */
  readonly takenOver: { readonly files: number; readonly blocks: number } | undefined;
  readonly bad: readonly BadRange[];
  /** Why the rest was not looked at: so much is bad, or it took so long. */
  readonly abandoned: 'much' | 'long' | undefined;
}

/** Blocks done, and the block of the image or the file of an earlier session that was reached. */
export interface VerifyProgress {
  readonly done: number;
  readonly total: number;
  readonly block?: number;
  readonly file?: string;
}

interface Stretch {
  /** Block of the image. */
  readonly from: number;
  /** Its address on the medium. */
  readonly address: number;
  readonly count: number;
  readonly digest: number;
}

type Part = Verification['parts'][number];

/** An image that changes a medium in steps may write one place twice. */
const isOverwritten = ({ start, blocks }: Part, later: readonly Part[]): boolean =>
  later.some((other) => other.start <= start && start + blocks <= other.start + other.blocks);

/** All mebibytes of all parts that are still there. */
const allStretches = (parts: Verification['parts']): Stretch[] => {
  const stretches: Stretch[] = [];
  let from = 0;
  let digest = 0;
  for (const [index, part] of parts.entries()) {
    const { start, blocks } = part;
    const isThere = !isOverwritten(part, parts.slice(index + 1));
    for (let at = 0; at < blocks; at += BLOCKS_PER_DIGEST) {
      const count = Math.min(BLOCKS_PER_DIGEST, blocks - at);
      if (isThere) stretches.push({ from: from + at, address: start + at, count, digest });
      digest += 1;
    }
    from += blocks;
  }
  return stretches;
};

/** Which mebibytes to read: all, or the first, the last and some in between at even distances. */
const stretchesOf = (parts: Verification['parts'], mode: 'quick' | 'full'): Stretch[] => {
  const all = allStretches(parts);
  if (mode === 'full' || all.length <= SAMPLES + 2) return all;
  const step = (all.length - 1) / (SAMPLES + 1);
  return Array.from({ length: SAMPLES + 2 }, (_, sample) => all[Math.round(sample * step)]).filter(
    (stretch) => stretch !== undefined,
  );
};

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();

/** Bytes that are proven to be what was sent, or undefined: sources may be gone or changed. */
const truth = async (
  { image }: Verification,
  stretch: Stretch,
  expected: Uint8Array,
): Promise<Uint8Array | undefined> => {
  try {
    const bytes = await image.original?.(stretch.from, stretch.count);
    return bytes && sameBytes(sha256(bytes), expected) ? bytes : undefined;
  } catch {
    return undefined;
  }
};

const whole = ({ from, count }: Stretch): Finding[] => [{ from, count, kind: 'mismatch', exact: false }];

const differing = (stretch: Stretch, original: Uint8Array, read: Uint8Array): Finding[] => {
  const findings: Finding[] = [];
  for (let block = 0; block < stretch.count; block++) {
    const at = block * BLOCK;
    if (sameBytes(original.subarray(at, at + BLOCK), read.subarray(at, at + BLOCK))) continue;
    findings.push({ from: stretch.from + block, count: 1, kind: 'mismatch', exact: true });
  }
  return findings;
};

/** A digest tells that a mebibyte is not as sent; only the image itself tells which blocks of it. */
const narrow = async (
  verification: Verification,
  stretch: Stretch,
  { expected, read }: { expected: Uint8Array; read: Uint8Array },
): Promise<Finding[]> => {
  const original = await truth(verification, stretch, expected);
  if (!original) return whole(stretch);
  return differing(stretch, original, read);
};

interface Collected {
  readonly read: Uint8Array;
  readonly unreadable: readonly Finding[];
  /** Blocks from the beginning of the stretch that were looked at. */
  readonly blocks: number;
}

/** Reads one mebibyte back, or the beginning of it when bad areas have taken too long. */
const collect = async (
  { signal }: Verification,
  readBack: ReadBack,
  { from, address, count }: Stretch,
): Promise<Collected> => {
  const read = new Uint8Array(count * BLOCK);
  const unreadable: Finding[] = [];
  for await (const { offset, blocks, data } of readBack.ahead(address, count)) {
    signal.throwIfAborted();
    if (data) read.set(data, offset * BLOCK);
    else
      for (const lost of await readBack.singly({ start: address, offset, blocks, into: read }))
        unreadable.push({
          from: from + lost.offset,
          count: lost.blocks,
          kind: 'unreadable',
          exact: lost.exact,
        });
    if (unreadable.length > 0 && readBack.isExhausted()) return { read, unreadable, blocks: offset + blocks };
  }
  return { read, unreadable, blocks: count };
};

/** Compares one mebibyte that was read; empty when it is as it was sent. */
const compare = async (
  verification: Verification,
  stretch: Stretch,
  { read, unreadable }: Collected,
): Promise<readonly Finding[]> => {
  if (unreadable.length > 0) return unreadable;
  const expected = await verification.image.digest(stretch.digest);
  return sameBytes(sha256(read), expected) ? [] : narrow(verification, stretch, { expected, read });
};

/** A disc is given up on only when something is known to be bad: else what was not read would count as good. */
const reasonToEnd = (bad: BadBlocks, readBack: ReadBack): VerifyReport['abandoned'] => {
  if (bad.isFull()) return 'much';
  return readBack.isExhausted() && !bad.isEmpty() ? 'long' : undefined;
};

/** Compares one stretch, and the files of the manifest that end in it. A file that has bad blocks is named by them. */
const compareAll = async (
  verification: Verification,
  stretch: Stretch,
  { collected, files }: { readonly collected: Collected; readonly files: FileCheck | undefined },
): Promise<readonly Finding[]> => {
  const findings = await compare(verification, stretch, collected);
  return findings.length > 0 || !files ? findings : files.add(stretch.from, collected.read);
};

const filesOf = ({ files }: VerifiedImage): FileCheck | undefined => {
  const listed = files?.();
  return listed && createFileCheck(listed);
};

/** After all blocks that are read. */
const filesTold = (
  files: FileCheck | undefined,
  mode: Verification['mode'],
): Pick<VerifyReport, 'files' | 'missedFiles'> => {
  const listed = files?.finish();
  return { files: listed?.good, missedFiles: mode === 'full' ? listed?.missed : undefined };
};

/** What was found so far. */
interface Found {
  readonly bad: BadBlocks;
  readonly readBack: ReadBack;
  readonly total: number;
  done: number;
  ended: VerifyReport['abandoned'];
}

/** Compares what the image holds. */
async function* verifyStretches(
  verification: Verification,
  stretches: readonly Stretch[],
  { found, files }: { readonly found: Found; readonly files: FileCheck | undefined },
): AsyncGenerator<VerifyProgress, void> {
  const { bad, readBack, total } = found;
  for (const stretch of stretches) {
    yield { done: found.done, total, block: stretch.from };
    const collected = await collect(verification, readBack, stretch);
    bad.add(await compareAll(verification, stretch, { collected, files }));
    found.done += collected.blocks;
    found.ended = reasonToEnd(bad, readBack);
    if (found.ended !== undefined) break;
  }
  const last = stretches.at(-1);
  yield { done: found.done, total, block: (last?.from ?? 0) + (last?.count ?? 1) - 1 };
}

/** Compares the files of earlier sessions that the manifest lists; how many of them are what it says. */
async function* verifyTakenOver(
  { signal }: Verification,
  files: Iterable<TakenOverFile>,
  found: Found,
): AsyncGenerator<VerifyProgress, number> {
  const { bad, readBack, total } = found;
  let good = 0;
  for (const file of files) {
    yield { done: found.done, total, file: file.path };
    const work = checkTakenOver(file, { readBack, signal });
    let next = await work.next();
    for (; next.done !== true; next = await work.next()) {
      found.done += next.value;
      yield { done: found.done, total, file: file.path };
    }
    bad.add(next.value);
    if (next.value.length === 0) good += 1;
    found.ended = reasonToEnd(bad, readBack);
    if (found.ended !== undefined) break;
  }
  return good;
}

const blocksIn = (stretches: readonly Stretch[]): number =>
  stretches.reduce((blocks, { count }) => blocks + count, 0);

/**
 * Reads an image back through the drive and compares it with the digests of what was sent, and files with their manifest: those of earlier sessions
 * at last, where everything is read.
 */
export async function* verifyImage(verification: Verification): AsyncGenerator<VerifyProgress, VerifyReport> {
  const { image, parts, mode } = verification;
  const stretches = stretchesOf(parts, mode);
  const before = mode === 'full' ? image.takenOver : undefined;
  const found: Found = {
    bad: collectBad(image.fileAt?.bind(image)),
    readBack: new ReadBack(verification),
    total: blocksIn(stretches) + blocksOfTakenOver(before?.() ?? []),
    done: 0,
    ended: undefined,
  };
  const files = filesOf(image);
  yield* verifyStretches(verification, stretches, { found, files });
  const blocks = found.done;
  const good =
    before && found.ended === undefined ? yield* verifyTakenOver(verification, before(), found) : undefined;
  return {
    blocks,
    ...filesTold(files, mode),
    takenOver: good === undefined ? undefined : { files: good, blocks: found.done - blocks },
    bad: found.bad.ranges(),
    abandoned: found.done < found.total ? found.ended : undefined,
  };
}
