import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Work } from '../../src/burn/execute.js';
import { SpindleError, isSpindleError } from '../../src/errors.js';
import type { Fault } from '../../src/virtual/faults.js';
import type { BlankName } from '../../src/virtual/media.js';
import { endOfFailure } from '../../src/worker/attempt-end.js';
import { createJournal } from '../../src/worker/journal.js';
import { type How, burnRig } from '../support/burn-rig.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const WRITE = 0x2a;
const image = randomBytes(2500 * 2048);

/** Blocks of two files, and nothing before them. */
const fileAt = (block: number): string | undefined => {
  if (block < 20) return undefined;
  return block < 1000 ? '/music/one.flac' : '/music/two.flac';
};

const original: Work['original'] = (block, blocks) =>
  Promise.resolve(image.subarray(block * 2048, (block + blocks) * 2048));

interface Case {
  readonly blank?: BlankName;
  readonly faults: Fault[];
  readonly how?: How;
}

const failure = async ({ blank = 'dvd+r', faults, how }: Case): Promise<SpindleError> => {
  const rig = burnRig(temporaryFolder(), { blank, faults });
  try {
    await rig.burn(image, { work: { fileAt }, ...how });
  } catch (error) {
    if (isSpindleError(error)) return error;
    throw error;
  }
  throw new Error('the burn went well');
};

/** The drive answers GOOD and records nothing: the WRITE at 640, 32 blocks on a DVD. */
const lost: Fault = { when: { lba: 640, access: 'write' }, do: { action: 'lost-write' } };
const unreadable = (lba: number): Fault => ({
  when: { lba, access: 'read' },
  do: { action: 'sense', sense: '3/11/00', deferred: false },
});

describe('verification', () => {
  it('finds blocks that the drive lost although it said GOOD, and names the file', async () => {
    const error = await failure({ faults: [lost], how: { work: { fileAt, original } } });
    expect(error.code).toBe('verify-mismatch');
    expect(error.message).toBe('Bad: blocks 640 to 671 (/music/one.flac).');
    expect(error.errors).toEqual([
      { pointer: '/music/one.flac', message: 'blocks 640 to 671 reads other bytes than were sent' },
    ]);
  });

  it('narrows to a mebibyte and its files where the image cannot be read again', async () => {
    const gone = (): Promise<Uint8Array> => Promise.reject(new Error('unmounted'));
    const error = await failure({ faults: [lost], how: { work: { fileAt, original: gone } } });
    expect(error.message).toBe('Bad: somewhere in blocks 512 to 1023 (/music/one.flac and 1 more files).');
  });

  it('does not trust an image that is no longer what was sent', async () => {
    const other = (_block: number, blocks: number): Promise<Uint8Array> =>
      Promise.resolve(new Uint8Array(blocks * 2048));
    const error = await failure({ faults: [lost], how: { work: { fileAt, original: other } } });
    expect(error.message).toContain('somewhere in blocks 512 to 1023');
  });

  it('tells each block that cannot be read, with its file', async () => {
    const error = await failure({ faults: [unreadable(1200), unreadable(1201), unreadable(2499)] });
    expect(error.code).toBe('verify-unreadable');
    expect(error.message).toBe('Bad: blocks 1200 to 1201 (/music/two.flac), block 2499 (/music/two.flac).');
  });

  it('takes a block that is read at the second try', async () => {
    const shy: Fault = { ...unreadable(1200), times: 2 };
    const rig = burnRig(temporaryFolder(), { blank: 'cd-r', faults: [shy] });
    const { result } = await rig.burn(image);
    expect(result.verified).toEqual({ blocks: 2500 });
  });

  it('says of a long bad area where it begins and how far it goes', async () => {
    const faults = Array.from({ length: 80 }, (_, index) => unreadable(1210 + index));
    const error = await failure({ faults });
    expect(error.message).toBe(
      'Bad: blocks 1210 to 1213 (/music/two.flac), somewhere in blocks 1214 to 1311 (/music/two.flac).',
    );
  });

  it('is canceled in a bad area as well', async () => {
    const controller = new AbortController();
    let reads = 0;
    const error = await failure({
      faults: [unreadable(1200)],
      how: {
        controller,
        intercept: ({ cdb }) => {
          // One READ of many blocks fails, then each of them is read singly.
          if (cdb[0] === 0x28 && cdb[8] === 1) {
            reads += 1;
            controller.abort(new SpindleError('canceled', 'Enough.'));
          }
          return undefined;
        },
      },
    });
    expect(error.code).toBe('canceled');
    expect(reads).toBe(1);
  });

  it('of a disc full of small files ends with what has room in the journal', async () => {
    const name = 'a name that is as long as names of files are '.repeat(5);
    const faults: Fault[] = [{ when: { opcode: WRITE }, do: { action: 'lost-write' } }];
    const error = await failure({ faults, how: { work: { fileAt: (block) => `/${name}/${block}` } } });
    expect(error.errors.length).toBeGreaterThan(2000);
    const ended = endOfFailure(error, { phase: 'verify', touched: true });
    const journal = await createJournal(temporaryFolder(), {
      job: '01JZ0000000000000000000001',
      copy: 1,
      attempt: 1,
    });
    const entry = await journal.append(ended);
    await journal.close();
    expect(Buffer.byteLength(JSON.stringify(entry))).toBeLessThan(48 * 1024);
    expect(ended.problem?.detail).toMatch(/^Bad: .* Of \d+ errors \d+ are listed\.$/);
    expect(ended.problem?.errors?.[0]).toEqual(error.errors[0]);
  });

  it('gives up on a disc that is beyond use', async () => {
    const faults = Array.from({ length: 120 }, (_, index) => unreadable(100 + index * 16));
    const error = await failure({ faults });
    expect(error.message).toContain('so much is bad');
    expect(error.errors.length).toBeLessThanOrEqual(140);
  });

  it('ends when the drive vanishes, which says nothing about the disc', async () => {
    const error = await failure({
      faults: [{ when: { lba: 900, access: 'read' }, do: { action: 'unplug' } }],
    });
    expect(error.code).toBe('drive-lost');
  });

  it('reads samples only when it is to be quick, the first and the last block among them', async () => {
    const large = randomBytes(30 * 1024 * 1024);
    const rig = burnRig(temporaryFolder(), { blank: 'dvd+rw' });
    const { result } = await rig.burn(large, { options: { verify: 'quick' } });
    expect(result.verified).toEqual({ blocks: 16 * 512 });
    const read = rig.commands
      .filter(({ cdb }) => cdb[0] === 0x28)
      .map(({ cdb }) => new DataView(cdb.buffer, cdb.byteOffset).getUint32(2));
    expect(read).toContain(0);
    expect(read).toContain(30 * 512 - 32);
  });

  it('can be left out', async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'cd-r', faults: [lost] });
    const { result } = await rig.burn(image, { options: { verify: 'none' } });
    expect(result.verified).toBeUndefined();
  });

  it.each(['cd-r', 'cd-rw', 'dvd+rw', 'bd-re'] as const)('notices lost blocks on a %s', async (blank) => {
    expect((await failure({ blank, faults: [lost] })).code).toBe('verify-mismatch');
  });
});
