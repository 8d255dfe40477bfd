import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type VerifyReport, verifyImage } from '../../../src/burn/verify.js';
import { openDrive } from '../../../src/drive/drive-session.js';
import type { Timing } from '../../../src/drive/timing.js';
import { SpindleError } from '../../../src/errors.js';
import { read10 } from '../../../src/scsi/commands/read-10.js';
import type { Answer, Transport } from '../../../src/transport/transport.js';
import { good, sense } from '../../support/scripted-transport.js';

const BLOCK = 2048;
const BLOCKS = 4096;

/** A disc of zeros whose drive takes `ms` for each READ of a bad block, and the clock beside it. */
interface Disc {
  readonly isBad: (block: number, blocksAtOnce: number) => boolean;
  readonly ms: number;
  /** What such a READ is answered with. */
  readonly fault?: string;
  /** Called after each READ that failed. */
  readonly onFailure?: (failures: number) => void;
}

interface Verified {
  readonly report: VerifyReport;
  readonly elapsedMs: number;
}

const verify = async (
  { isBad, ms, fault = '3/11/00', onFailure }: Disc,
  signal: AbortSignal,
): Promise<Verified> => {
  let now = 0;
  let failures = 0;
  const timing: Timing = { now: () => now, sleep: () => Promise.resolve() };
  const answer = (cdb: Uint8Array): Answer => {
    const { logicalBlockAddress: start, transferLength: count } = read10.decode(cdb);
    const bad = Array.from({ length: count }, (_, index) => start + index).some((at) => isBad(at, count));
    if (!bad) return good(new Uint8Array(count * BLOCK));
    now += ms;
    onFailure?.(++failures);
    return sense(fault);
  };
  const transport: Transport = {
    execute: ({ cdb }) => Promise.resolve(answer(cdb)),
    close: () => Promise.resolve(),
  };
  const digest = createHash('sha256')
    .update(new Uint8Array(512 * BLOCK))
    .digest();
  const work = verifyImage({
    session: openDrive({ transport, timing, recording: true }),
    image: { digest: () => Promise.resolve(digest) },
    parts: [{ start: 0, blocks: BLOCKS }],
    mode: 'full',
    signal,
  });
  for (;;) {
    const next = await work.next();
    if (next.done === true) return { report: next.value, elapsedMs: now };
  }
};

const always = new AbortController().signal;

describe('verification of a bad disc', () => {
  it('names the first blocks of a bad area one by one and the rest of it as a whole', async () => {
    const { report } = await verify({ isBad: (block) => block >= 640 && block < 700, ms: 10 }, always);
    expect(report).toEqual({
      blocks: BLOCKS,
      abandoned: undefined,
      bad: [
        { from: 640, count: 4, kind: 'unreadable', exact: true, files: [] },
        { from: 644, count: 60, kind: 'unreadable', exact: false, files: [] },
      ],
    });
  });

  it.each(['3/31/00', '3/72/04', '3/73/03', '8/00/00'])(
    'names blocks that a medium error hides, whatever else it says: %s',
    async (fault) => {
      const { report } = await verify({ isBad: (block) => block === 640, ms: 10, fault }, always);
      expect(report.bad).toMatchObject([{ from: 640, count: 1, kind: 'unreadable' }]);
    },
  );

  it.each(['5/53/02', '7/27/00', '5/63/00', '2/30/00'])(
    'finds no block bad because a drive refuses to read, and ends: %s',
    async (fault) => {
      const verifying = verify({ isBad: (block) => block === 640, ms: 10, fault }, always);
      await expect(verifying).rejects.toMatchObject({ scsi: { sense: fault } });
    },
  );

  it('reads singly again behind a good piece', async () => {
    const bad = new Set([640, 641, 642, 643, 644, 900, 902]);
    const { report } = await verify({ isBad: (block) => bad.has(block), ms: 10 }, always);
    expect(report.bad.map(({ from, count, exact }) => [from, count, exact])).toEqual([
      [640, 4, true],
      [644, 28, false],
      [900, 1, true],
      [902, 1, true],
    ]);
  });

  it('comes to an end within minutes where the drive takes a minute for each bad block', async () => {
    const { report, elapsedMs } = await verify({ isBad: (block) => block >= 1000, ms: 60_000 }, always);
    expect(report.abandoned).toBe('long');
    expect(report.blocks).toBeLessThan(1100);
    expect(report.bad[0]).toMatchObject({ from: 1000, kind: 'unreadable' });
    expect(elapsedMs).toBeLessThan(15 * 60_000);
  });

  it('goes on where a slow drive reads every block, if only one by one', async () => {
    const { report } = await verify({ isBad: (_, blocksAtOnce) => blocksAtOnce > 1, ms: 60_000 }, always);
    expect(report).toEqual({ blocks: BLOCKS, bad: [], abandoned: undefined });
  });

  it('ends with the next answer when it is canceled, and asks for nothing more', async () => {
    const controller = new AbortController();
    let last = 0;
    const verified = verify(
      {
        isBad: (block) => block >= 100,
        ms: 60_000,
        onFailure: (failures) => {
          last = failures;
          if (failures === 3) controller.abort(new SpindleError('canceled', 'Enough.'));
        },
      },
      controller.signal,
    );
    await expect(verified).rejects.toMatchObject({ code: 'canceled', message: 'Enough.' });
    expect(last).toBe(3);
  });
});

describe('verification of an image that writes one place twice', () => {
  const zeros = createHash('sha256')
    .update(new Uint8Array(32 * BLOCK))
    .digest();
  /** What stands on the disc is what the second part of the image sent; the first one sent something else. */
  const digests = [new Uint8Array(32), zeros];

  const verified = async (first: number): Promise<VerifyReport> => {
    const transport: Transport = {
      execute: ({ cdb }) => Promise.resolve(good(new Uint8Array(read10.decode(cdb).transferLength * BLOCK))),
      close: () => Promise.resolve(),
    };
    const timing: Timing = { now: () => 0, sleep: () => Promise.resolve() };
    const work = verifyImage({
      session: openDrive({ transport, timing, recording: true }),
      image: { digest: (index) => Promise.resolve(digests[index] ?? new Uint8Array()) },
      parts: [
        { start: first, blocks: 16 },
        { start: 256, blocks: 32 },
      ],
      mode: 'full',
      signal: always,
    });
    for (;;) {
      const next = await work.next();
      if (next.done === true) return next.value;
    }
  };

  it('compares what was written last', async () => {
    expect(await verified(272)).toMatchObject({ blocks: 32, bad: [] });
  });

  it('compares all that was not written over whole', async () => {
    expect(await verified(280)).toMatchObject({ blocks: 48, bad: [{ from: 0, count: 16 }] });
  });
});
