import { describe, expect, it } from 'vitest';
import type { BlockSource } from '../../../src/burn/block-source.js';
import type { Progress } from '../../../src/burn/progress.js';
import { execute } from '../../../src/burn/execute.js';
import { openDrive } from '../../../src/drive/drive-session.js';
import type { Answer, Command, Transport } from '../../../src/transport/transport.js';
import { fastTiming, memorySource } from '../../support/burn-rig.js';
import { sense } from '../../support/scripted-transport.js';
import { aMedium, aPlan } from '../../support/drive-report.js';

const BLOCK = 2048;
const BUFFER = 2 * 1024 * 1024;

/** What a drive that took `length` bytes answers. */
type AnswerToWrite = (length: number) => Answer;

const GOOD: AnswerToWrite = (length) => ({ status: 'good', data: new Uint8Array(0), moved: length });

interface DriveAnswers {
  /** Bytes of the buffer that are free; none where it is left out. */
  readonly free?: () => number;
  readonly toWrite?: AnswerToWrite;
}

type Writer = Transport & Pick<Outcome, 'written' | 'order'>;

/** Answers WRITE and READ BUFFER CAPACITY; everything that would prove the burn is left out of the plan. */
const writer = ({ free = () => 0, toWrite = GOOD }: DriveAnswers): Writer => {
  const written = new Map<number, Uint8Array>();
  const order: number[] = [];
  const answer = (command: Command): Answer => {
    const view = new DataView(command.cdb.buffer, command.cdb.byteOffset);
    if (command.direction === 'to-drive' && view.getUint8(0) === 0x2a) {
      written.set(view.getUint32(2), Uint8Array.from(command.data));
      order.push(view.getUint32(2));
      return toWrite(command.data.length);
    }
    const data = new Uint8Array(12);
    // MMC-5 §6.18.3: length 10, size of the buffer at 4, free part at 8.
    const reply = new DataView(data.buffer);
    reply.setUint16(0, 10);
    reply.setUint32(4, BUFFER);
    reply.setUint32(8, free());
    return { status: 'good', data, moved: 12 };
  };
  return {
    written,
    order,
    execute: (command) => Promise.resolve(answer(command)),
    close: () => Promise.resolve(),
  };
};

interface Outcome {
  readonly last: Progress | undefined;
  readonly written: Map<number, Uint8Array>;
  /** Addresses of the WRITE commands. */
  readonly order: readonly number[];
}

const write = async (
  kind: 'dvd+r' | 'bd-re',
  source: BlockSource,
  blocks: number,
  drive: DriveAnswers = {},
): Promise<Outcome> => {
  const plan = aPlan(aMedium(kind, kind === 'bd-re' ? { formatted: true } : {}), blocks);
  const steps = plan.steps.filter((step) => step.transfer !== undefined);
  const transport = writer(drive);
  const timing = fastTiming();
  const walk = execute({
    plan: { ...plan, steps },
    session: openDrive({ transport, timing, recording: true }),
    source,
    timing,
    signal: new AbortController().signal,
    hooks: { onPhase: () => Promise.resolve(), touching: () => Promise.resolve() },
    digest: () => Promise.reject(new Error('not verified here')),
  });
  let last: Progress | undefined;
  for (;;) {
    const next = await walk.next().catch((error: unknown) => {
      // The steps that read the medium again were left out, so that there is no result.
      if (error instanceof TypeError) return { done: true as const, value: undefined };
      throw error;
    });
    if (next.done === true) return { last, written: transport.written, order: transport.order };
    last = next.value;
  }
};

const numbered = (blocks: number): Uint8Array => {
  const image = new Uint8Array(blocks * BLOCK);
  for (let block = 0; block < blocks; block++)
    image.fill((block % 255) + 1, block * BLOCK, (block + 1) * BLOCK);
  return image;
};

describe('writing', () => {
  it('puts whole commands together where the FIFO ends in between', async () => {
    const image = numbered(100);
    const { written } = await write('dvd+r', memorySource(image, 7), 100);
    expect([...written.keys()]).toEqual([0, 32, 64, 96]);
    expect(written.get(32)).toEqual(image.subarray(32 * BLOCK, 64 * BLOCK));
    const tail = written.get(96) ?? new Uint8Array(0);
    expect(tail.subarray(0, 4 * BLOCK)).toEqual(image.subarray(96 * BLOCK));
    expect(tail.subarray(4 * BLOCK).every((byte) => byte === 0)).toBe(true);
    expect(tail).toHaveLength(16 * BLOCK);
  });

  it('keeps the first blocks of a rewritable medium for the end', async () => {
    const image = numbered(100);
    const { written, order } = await write('bd-re', memorySource(image), 100);
    expect(order).toEqual([0, 32, 64, 96, 0]);
    expect(written.get(0)).toEqual(image.subarray(0, 32 * BLOCK));
  });

  it('ends with a code of its own when the image is shorter than announced', async () => {
    await expect(write('dvd+r', memorySource(numbered(50)), 100)).rejects.toMatchObject({
      code: 'source-changed',
    });
  });
});

describe('a WRITE', () => {
  const writing = (answer: AnswerToWrite): Promise<Outcome> =>
    write('dvd+r', memorySource(numbered(100)), 100, { toWrite: answer });
  const moved =
    (of: (length: number) => number): AnswerToWrite =>
    (length) => ({ ...GOOD(length), moved: of(length) });
  const told = (text: string): AnswerToWrite => {
    const answer = sense(text);
    return (length) => ({ ...answer, moved: length });
  };

  it.each<[string, AnswerToWrite]>([
    ['nothing moved', moved(() => 0)],
    ['13 bytes less moved', moved((length) => length - 13)],
  ])('is done after GOOD although a bridge says that %s', async (_, answer) => {
    expect((await writing(answer)).order).toEqual([0, 32, 64, 96]);
  });

  it('is done after a recovered error', async () => {
    expect((await writing(told('1/0C/01'))).order).toEqual([0, 32, 64, 96]);
  });

  it.each<[string, AnswerToWrite]>([
    ['some of its blocks did not move', moved((length) => length - 4 * BLOCK)],
    ['the drive says CHECK CONDITION and 0/00/00', told('0/00/00')],
    [
      'a bridge says CHECK CONDITION and not why',
      (length) => ({ ...GOOD(length), status: 'check-condition', sense: new Uint8Array(0) }) as Answer,
    ],
  ])('is not done when %s', async (_, answer) => {
    await expect(writing(answer)).rejects.toMatchObject({ code: 'write-failed' });
  });
});

describe('underruns', () => {
  const blocks = 40_000;
  const chunk = new Uint8Array(32 * BLOCK);

  /** Full until `dryFrom`, empty from there to `dryTo`, then full again. */
  const starving = (dryFrom: number, dryTo: number): BlockSource & { at: () => number } => {
    let at = 0;
    const isDry = (): boolean => at >= dryFrom && at < dryTo;
    return {
      at: () => at,
      read: (units) => {
        at += units;
        return Promise.resolve(chunk.subarray(0, units * BLOCK));
      },
      compareSources: () => Promise.resolve(),
      available: () => (isDry() ? 0 : 16_384),
      fill: () => (isDry() ? 0 : 1),
    };
  };

  it('are counted once for each time that FIFO and drive buffer ran empty', async () => {
    const source = starving(24_000, 26_000);
    const dry = (): number => (source.at() >= 24_200 && source.at() < 26_200 ? BUFFER : 0);
    expect((await write('dvd+r', source, blocks, { free: dry })).last?.underruns).toBe(1);
  });

  it('are counted again when the drive has recovered, even if the FIFO never does', async () => {
    const source = starving(24_000, blocks);
    // Empty for a while, then full for as long, and so on.
    const isEmpty = (at: number): boolean => at >= 24_200 && at < 38_000 && Math.floor(at / 2000) % 2 === 0;
    const dry = (): number => (isEmpty(source.at()) ? BUFFER : 0);
    expect((await write('dvd+r', source, blocks, { free: dry })).last?.underruns).toBe(4);
  });

  it('are counted when the drive runs empty behind a full FIFO, as when the computer is too busy', async () => {
    const source = starving(blocks, blocks);
    const dry = (): number => (source.at() >= 24_200 && source.at() < 26_200 ? BUFFER : 0);
    expect((await write('dvd+r', source, blocks, { free: dry })).last?.underruns).toBe(1);
  });

  it('are none while the buffer of the drive bridges the gap', async () => {
    expect(
      (await write('dvd+r', starving(24_000, 26_000), blocks, { free: () => BUFFER / 2 })).last?.underruns,
    ).toBe(0);
  });

  it('are none with a drive that is faster than any source, whose buffer never fills', async () => {
    expect((await write('dvd+r', starving(0, blocks), blocks, { free: () => BUFFER })).last?.underruns).toBe(
      0,
    );
  });

  it('are none when nothing runs empty', async () => {
    expect((await write('dvd+r', starving(blocks, blocks), blocks)).last?.underruns).toBe(0);
  });
});
