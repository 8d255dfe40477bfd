import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ManifestFile } from '../../src/burn/file-check.js';
import { isSpindleError, type SpindleError } from '../../src/errors.js';
import type { TakenOverFile } from '../../src/burn/taken-over-check.js';
import type { Fault } from '../../src/virtual/faults.js';
import { burnRig, type How } from '../support/burn-rig.js';
import { APPEND, OPEN } from '../support/sessions.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const BLOCK = 2048;
const image = randomBytes(2500 * BLOCK);

/** A file of the manifest with the bytes that lie there, or with others. */
const listed = (path: string, block: number, length: number, content = image): ManifestFile => ({
  path,
  address: block * BLOCK,
  length,
  sha256: createHash('sha256')
    .update(content.subarray(block * BLOCK, block * BLOCK + length))
    .digest(),
});

/** Two in the first mebibyte, one over three of them, one at the very end. */
const FILES = [
  listed('/one', 20, 100),
  listed('/two', 21, 2048),
  listed('/three', 100, 3_000_000),
  listed('/last', 2499, 2048),
];

const burn = (files: readonly ManifestFile[], { work, ...how }: How = {}, faults: Fault[] = []) =>
  burnRig(temporaryFolder(), { blank: 'dvd+r', faults }).burn(image, {
    ...how,
    work: { files: () => files, ...work },
  });

const failureOf = async (burned: Promise<unknown>): Promise<SpindleError> => {
  const error: unknown = await burned.catch((reason: unknown) => reason);
  if (!isSpindleError(error)) throw new Error('the burn went well, or worse', { cause: error });
  return error;
};

const lost: Fault = { when: { lba: 640, access: 'write' }, do: { action: 'lost-write' } };

describe('verification against a manifest', () => {
  it('counts the files that were read back and are what it says', async () => {
    const { result } = await burn(FILES);
    expect(result.verified).toEqual({ blocks: 2500, files: 4 });
  });

  it('names a file that is not what it says, though the disc is what was sent', async () => {
    const wrong = listed('/three', 100, 3_000_000, randomBytes(image.length));
    const error = await failureOf(burn(FILES.map((file) => (file.path === '/three' ? wrong : file))));
    expect(error.code).toBe('verify-mismatch');
    expect(error.errors).toEqual([
      { pointer: '/three', message: 'somewhere in blocks 100 to 1564 reads other bytes than were sent' },
    ]);
  });

  it('names a stream that is not what it says, wherever in a block it begins', async () => {
    const address = 21 * BLOCK + 216;
    const sha256 = createHash('sha256')
      .update(image.subarray(address, address + 5000))
      .digest();
    const note = { path: '/one', stream: 'note', address, length: 5000, sha256 };
    const [one, , ...others] = FILES;
    const { result } = await burn([one!, note, ...others]);
    expect(result.verified).toEqual({ blocks: 2500, files: 4 });
    const error = await failureOf(burn([one!, { ...note, sha256: new Uint8Array(32) }, ...others]));
    expect(error.message).toContain('(/one, stream "note")');
    expect(error.errors).toEqual([
      {
        pointer: '/one',
        message: 'stream "note": somewhere in blocks 21 to 23 reads other bytes than were sent',
      },
    ]);
  });

  it('proves no disc of which it has not hashed every file, though each block is what was sent', async () => {
    const beyond = { ...listed('/beyond', 2499, 2048), address: 2500 * BLOCK };
    const { code, message } = await failureOf(burn([...FILES, beyond]));
    expect([code, message]).toEqual([
      'proof-failed',
      'Every block is what was sent, but of 5 files of the manifest only 4 could be hashed.',
    ]);
  });

  it('names a file with lost blocks once, by them', async () => {
    const original: How['work'] = {
      fileAt: (block) => (block >= 100 && block < 1565 ? '/three' : undefined),
      original: (block, blocks) => Promise.resolve(image.subarray(block * BLOCK, (block + blocks) * BLOCK)),
    };
    const error = await failureOf(burn(FILES, { work: original }, [lost]));
    expect(error.errors).toEqual([
      { pointer: '/three', message: 'blocks 640 to 671 reads other bytes than were sent' },
    ]);
  });

  it('counts only what a quick one reads whole', async () => {
    const large = randomBytes(30 * 1024 * 1024);
    const files = [listed('/head', 0, 5000, large), listed('/all', 512, 28 * 1024 * 1024, large)];
    const rig = burnRig(temporaryFolder(), { blank: 'dvd+rw' });
    const { result } = await rig.burn(large, { options: { verify: 'quick' }, work: { files: () => files } });
    expect(result.verified).toEqual({ blocks: 16 * 512, files: 1 });
  });
});

describe('verification of what an earlier session holds', () => {
  /** In two pieces with a hole between them, of the first session, whose blocks begin at 0. */
  const [block, bytes] = [700, 5000];
  const pieces = [image.subarray(0, BLOCK * 3), image.subarray(block * BLOCK, block * BLOCK + bytes)];
  const zeros = new Uint8Array(3_000_001);
  const sha256 = createHash('sha256').update(pieces[0]!).update(zeros).update(pieces[1]!).digest();
  const runs = [
    { block: 0, bytes: BLOCK * 3 },
    { block: 0, bytes: zeros.length, hole: true },
    { block, bytes },
  ] as const;
  const kept: TakenOverFile = { path: '/kept', runs, sha256 };

  const append = async (takenOver: readonly TakenOverFile[], how: How = {}) => {
    const rig = burnRig(temporaryFolder(), { blank: 'dvd+r' });
    await rig.burn(image, { options: OPEN });
    const options = { ...APPEND, ...how.options };
    return rig.burn(randomBytes(100 * BLOCK), { ...how, options, work: { takenOver: () => takenOver } });
  };

  it('counts the files that are still what the manifest says', async () => {
    const { result, progress } = await append([kept, { ...kept, path: '/again' }]);
    expect(result.verified).toEqual({ blocks: 100, takenOver: { files: 2, blocks: 12 } });
    expect(progress.some(({ file }) => file === '/again')).toBe(true);
    expect(progress).toContainEqual(expect.objectContaining({ phase: 'verify', done: 112, total: 112 }));
  });

  it('names a file that has become something else', async () => {
    const error = await failureOf(append([{ ...kept, sha256: new Uint8Array(32) }]));
    expect(error.code).toBe('verify-mismatch');
    expect(error.errors).toEqual([
      {
        pointer: '/kept',
        message: 'somewhere in blocks 0 to 2 of the medium reads other bytes than when the image was made',
      },
      {
        pointer: '/kept',
        message:
          'somewhere in blocks 700 to 702 of the medium reads other bytes than when the image was made',
      },
    ]);
  });

  it('names the blocks of a file that cannot be read any more', async () => {
    const lostBlock: Fault = {
      when: { lba: 701, access: 'read' },
      do: { action: 'sense', sense: '3/11/00', deferred: false },
    };
    const error = await failureOf(append([kept], { faults: [lostBlock] }));
    expect(error.code).toBe('verify-unreadable');
    expect(error.errors).toEqual([{ pointer: '/kept', message: 'block 701 of the medium cannot be read' }]);
  });

  it('is left out where only samples are read', async () => {
    const { result } = await append([kept], { options: { verify: 'quick' } });
    expect(result.verified).toEqual({ blocks: 100 });
  });
});
