import { createHash } from 'node:crypto';
import type { DriveSession } from '../drive/drive-session.js';
import { type BadBlocks, type BadRange, type Finding, collectBad } from './bad-ranges.js';
import { createFileCheck, type FileCheck, type ManifestFile } from './file-check.js';
import { ReadBack } from './read-back.js';

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
  readonly bad: readonly BadRange[];
  /** Why the rest was not looked at: so much is bad, or it took so long. */
  readonly abandoned: 'much' | 'long' | undefined;
}

/** Blocks done and block of the image reached. */
export interface VerifyProgress {
  readonly done: number;
  readonly total: number;
  readonly block: number;
}

interface Stretch {
  /** Block of the image. */
  readonly from: number;
  /** Its address on the medium. */
  readonly address: number;
  readonly count: number;
  readonly digest: number;
}

/** All mebibytes of all parts. */
const allStretches = (parts: Verification['parts']): Stretch[] => {
  const stretches: Stretch[] = [];
  let from = 0;
  for (const { start, blocks } of parts) {
    for (let at = 0; at < blocks; at += BLOCKS_PER_DIGEST)
      stretches.push({
        from: from + at,
        address: start + at,
        count: Math.min(BLOCKS_PER_DIGEST, blocks - at),
        digest: stretches.length,
      });
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

const isEqual = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, index) => byte === b[index]);

/** Bytes that are proven to be what was sent, or undefined: sources may be gone or changed. */
const truth = async (
  { image }: Verification,
  stretch: Stretch,
  expected: Uint8Array,
): Promise<Uint8Array | undefined> => {
  try {
    const bytes = await image.original?.(stretch.from, stretch.count);
    return bytes && isEqual(sha256(bytes), expected) ? bytes : undefined;
  } catch {
    return undefined;
  }
};

const whole = ({ from, count }: Stretch): Finding[] => [{ from, count, kind: 'mismatch', exact: false }];

const differing = (stretch: Stretch, original: Uint8Array, read: Uint8Array): Finding[] => {
  const findings: Finding[] = [];
  for (let block = 0; block < stretch.count; block++) {
    const at = block * BLOCK;
    if (isEqual(original.subarray(at, at + BLOCK), read.subarray(at, at + BLOCK))) continue;
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
  return isEqual(sha256(read), expected) ? [] : narrow(verification, stretch, { expected, read });
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

/** Reads an image back through the drive and compares it with the digests of what was sent, and files with their manifest. */
export async function* verifyImage(verification: Verification): AsyncGenerator<VerifyProgress, VerifyReport> {
  const stretches = stretchesOf(verification.parts, verification.mode);
  const total = stretches.reduce((blocks, { count }) => blocks + count, 0);
  const bad = collectBad(verification.image.fileAt?.bind(verification.image));
  const readBack = new ReadBack(verification);
  const files = filesOf(verification.image);
  let done = 0;
  let ended: VerifyReport['abandoned'];
  for (const stretch of stretches) {
    yield { done, total, block: stretch.from };
    const collected = await collect(verification, readBack, stretch);
    bad.add(await compareAll(verification, stretch, { collected, files }));
    done += collected.blocks;
    ended = reasonToEnd(bad, readBack);
    if (ended !== undefined) break;
  }
  yield { done, total, block: (stretches.at(-1)?.from ?? 0) + (stretches.at(-1)?.count ?? 1) - 1 };
  const abandoned = done < total ? ended : undefined;
  return { blocks: done, files: files?.good, bad: bad.ranges(), abandoned };
}
