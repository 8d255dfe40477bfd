import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordedPieces, runsWithin } from '../../../src/api/recorded-content.js';
import { type ErrorCode, SpindleError } from '../../../src/errors.js';
import type { DriveState, Fleet } from '../../../src/fleet/fleet.js';

const BLOCKS = 600;
const BLOCK = 2048;
const medium = Buffer.from(
  Array.from({ length: BLOCKS * BLOCK }, (_, index) => (index * 31 + (index >> 11)) % 251),
);

const fleet = {
  states: () => [],
  readBlocks: ({ first, count }: { first: number; count: number }) => {
    if (first + count > BLOCKS) throw new Error('blocks that are not there');
    return Promise.resolve(medium.toString('base64', first * BLOCK, (first + count) * BLOCK));
  },
} as unknown as Fleet;

const run = fc.record({
  block: fc.nat(BLOCKS - 200),
  bytes: fc.integer({ min: 0, max: 200 * BLOCK }),
  isHole: fc.boolean(),
});

const holds = ({ block, bytes, isHole }: { block: number; bytes: number; isHole: boolean }): Buffer =>
  isHole ? Buffer.alloc(bytes) : medium.subarray(block * BLOCK, block * BLOCK + bytes);

describe('what lies on a medium in several runs', () => {
  it('gives of any range the bytes that are in it', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(run, { minLength: 1, maxLength: 5 }),
        fc.nat(),
        fc.nat(),
        async (made, one, other) => {
          const whole = Buffer.concat(made.map(holds));
          fc.pre(whole.length > 0);
          const [first = 0, last = 0] = [one % whole.length, other % whole.length].sort((a, b) => a - b);
          const runs = made.map(({ isHole, ...rest }) => ({
            ...rest,
            ...(isHole && { hole: true as const }),
          }));
          const pieces: Uint8Array[] = [];
          const disc = { drive: 'd', recording: 'r' };
          for await (const piece of recordedPieces(fleet, disc, runsWithin(runs, { first, last })))
            pieces.push(piece);
          expect(Buffer.concat(pieces).equals(whole.subarray(first, last + 1))).toBe(true);
        },
      ),
    ));
});

describe('the drive that is asked for what lies on a disc', () => {
  const disc = { drive: 'first', recording: 'new' };
  const part = { runs: [{ block: 0, bytes: 1 }], skip: 0 };
  const scsi = { command: 'READ (12)', cdb: 'a8 00', sense: '3/11/00' };
  const errors = [{ pointer: '/drive', message: 'It is at work.' }];

  const stateOf = (id: string, holding: DriveState['holding'], recording: object) =>
    ({ id, holding, report: { medium: recording } }) as unknown as DriveState;

  const asked = async (...states: DriveState[]): Promise<string> => {
    const seen: string[] = [];
    const readBlocks = ({ drive }: { drive: string }) => {
      seen.push(drive);
      return Promise.resolve(medium.toString('base64', 0, BLOCK));
    };
    for await (const piece of recordedPieces(
      { states: () => states, readBlocks } as unknown as Fleet,
      disc,
      part,
    ))
      expect(piece).toHaveLength(1);
    return seen.join();
  };

  it('is one that holds it, also by the mark that an earlier build has kept, and one that is free if there is', async () => {
    const here = { recording: 'new' };
    const formerly = { recording: 'newest', formerRecording: 'new' };
    expect(await asked()).toBe('first');
    expect(await asked(stateOf('other', 'busy', here))).toBe('other');
    expect(await asked(stateOf('other', 'free', formerly))).toBe('other');
    expect(await asked(stateOf('other', 'free', here), stateOf('first', 'free', here))).toBe('first');
    expect(await asked(stateOf('first', 'leased', here), stateOf('other', 'free', here))).toBe('other');
    expect(await asked(stateOf('other', 'free', { recording: 'another' }))).toBe('first');
  });

  const failureOf = async (code: ErrorCode): Promise<unknown> => {
    const readBlocks = () => Promise.reject(new SpindleError(code, 'So it is.', { scsi, errors }));
    const pieces = recordedPieces({ states: () => [], readBlocks } as unknown as Fleet, disc, part);
    return pieces.next().catch((error: unknown) => error);
  };

  it.each([
    ['medium-changed', 'the drive first'],
    ['medium-not-present', 'the drive first'],
    ['drive-absent', 'a drive'],
    ['drive-unknown', 'a drive'],
  ] as const)('wants the disc after %s', async (code, place) => {
    expect(await failureOf(code)).toMatchObject({
      code: 'disc-needed',
      message: `This lies on the disc that the draft continues; insert it into ${place} as it was. So it is.`,
      cause: { code },
      scsi,
      errors,
    });
  });

  it.each(['drive-busy', 'drive-leased', 'worker-lost', 'medium-unreadable'] as const)(
    'says itself what %s is',
    async (code) => {
      expect(await failureOf(code)).toMatchObject({ code, message: 'So it is.', scsi, errors });
    },
  );
});
