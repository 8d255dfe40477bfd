import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Fault } from '../../src/virtual/faults.js';
import { burnFailure, burnRig } from '../support/burn-rig.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const IMAGE = randomBytes(400 * 2048);

/** Opcodes of MMC-5. */
const WRITE = 0x2a;
const SYNCHRONIZE = 0x35;
const SET_STREAMING = 0xb6;
const CLOSE = 0x5b;
const READ_TRACK = 0x52;
const READ_CAPACITY = 0x25;

/** The n-th command with an opcode is answered with sense, so often in a row. */
const told = (opcode: number, sense: string, { nth = 1, times = 1, done = false } = {}): Fault[] => [
  { when: { opcode, nth }, do: { action: 'sense', sense, deferred: false, ...(done && { done }) }, times },
];

describe('a recording goes on', () => {
  it.each([
    ['wait', 'while the drive becomes ready', told(WRITE, '2/04/01', { times: 3 })],
    ['wait', 'while the drive is at work', told(WRITE, '2/04/07', { nth: 2, times: 3 })],
    ['wait', 'while the drive says that it needs some time', told(CLOSE, '6/2E/00', { times: 2 })],
    [
      'wait briefly',
      'while a bridge does not know why the drive is busy',
      told(WRITE, '2/04/00', { times: 3 }),
    ],
    ['start', 'once the drive is started that wants to be', told(WRITE, '2/04/02', { times: 1 })],
    ['repeat', 'while the buffer takes nothing', told(WRITE, '2/04/08', { nth: 3, times: 8 })],
    ['repeat', 'past somebody who presses the button', told(WRITE, '6/5A/01', { nth: 2 })],
    ['repeat once', 'after a question that failed on its way', told(READ_TRACK, 'B/4B/00')],
    ['repeat once', 'after a question that failed in the drive', told(READ_CAPACITY, '4/44/00')],
    ['stop, with an alternative', 'after a command out of sequence', told(CLOSE, '5/2C/00')],
    ['renegotiate', 'when a mode page was changed', told(WRITE, '6/2A/01', { nth: 2 })],
    [
      'refused',
      'without a command that the drive does not know',
      told(SET_STREAMING, '5/20/00', { times: 9 }),
    ],
    ['success', 'after a recovered error', told(WRITE, '1/0C/01', { nth: 2, done: true })],
    [
      'success',
      'after an end without sense that a bridge made up',
      told(SYNCHRONIZE, '0/00/00', { done: true }),
    ],
  ])('(%s) %s', async (_, __, faults) => {
    const rig = burnRig(temporaryFolder(), { blank: 'dvd+r' });
    const { result } = await rig.burn(IMAGE, { faults });
    expect(result.verified).toEqual({ blocks: 400 });
  });
});

describe('a recording ends, and says why', () => {
  it.each([
    ['write-failed', 'the laser lost its track', told(WRITE, '3/09/00', { nth: 2 })],
    ['write-failed', 'a block cannot be written', told(WRITE, '3/0C/00', { nth: 2 })],
    [
      'write-failed',
      'a WRITE was repeated that the drive had taken before a reset',
      told(WRITE, '5/21/02', { nth: 2 }),
    ],
    ['write-failed', 'the track takes no such blocks', told(WRITE, '5/64/00')],
    ['write-failed', 'a bridge does not say whether a WRITE was done', told(WRITE, '0/00/00', { nth: 2 })],
    [
      'write-failed',
      'a bridge says for ever that the drive is busy',
      told(WRITE, '2/04/00', { times: 100_000 }),
    ],
    ['medium-changed', 'another medium may be in the drive', told(WRITE, '6/28/00', { nth: 2 })],
    ['drive-reset', 'the drive was reset', told(WRITE, '6/29/00', { nth: 2 })],
    ['calibration-failed', 'the power could not be calibrated', told(WRITE, '3/73/03')],
    ['medium-full', 'the medium is full', told(WRITE, '5/63/00', { nth: 3 })],
    ['medium-full', 'the addresses run out', told(WRITE, '5/21/00', { nth: 3 })],
    ['close-failed', 'the lead-in cannot be written', told(CLOSE, '3/72/01', { times: 9 })],
    ['close-failed', 'a track is still open', told(CLOSE, '5/72/03', { nth: 2, times: 9 })],
    ['medium-write-protected', 'the medium is protected', told(WRITE, '7/27/00')],
    ['medium-not-present', 'the medium is gone', told(WRITE, '2/3A/00', { nth: 2 })],
    ['write-failed', 'the drive fails for good', told(WRITE, '4/44/00', { nth: 2 })],
  ])('with %s when %s', async (code, _, faults) => {
    const rig = burnRig(temporaryFolder(), { blank: 'dvd+r' });
    expect(await burnFailure(rig, IMAGE, { faults })).toMatchObject({ code });
  });

  it('with the block of the earlier WRITE when the drive tells late', async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'bd-re' });
    const faults: Fault[] = [
      {
        when: { opcode: WRITE, nth: 4 },
        do: { action: 'sense', sense: '3/0C/00', deferred: true },
        times: 1,
      },
    ];
    const failure = await burnFailure(rig, IMAGE, { faults });
    expect(failure).toMatchObject({ code: 'write-failed', scsi: { deferred: true } });
  });
});
