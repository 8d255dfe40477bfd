import { describe, expect, it } from 'vitest';
import type { Failure } from '../../../src/errors.js';
import { type ImageSummary, DATA_UNIT } from '../../../src/image/image.js';
import { type FifoProducer, fifoProducer } from '../../../src/worker/fifo.js';
import { type ImageStream, openImageStream } from '../../../src/worker/image-stream.js';
import type { Reader } from '../../../src/worker/reader.js';

const BLOCK = 2048;
const never = new AbortController().signal;

const summaryOf = (blocks: number): ImageSummary => ({
  parts: [{ session: 1, track: 1, unit: DATA_UNIT, start: 'next-writable', length: blocks }],
  bytes: blocks * BLOCK,
  volumeIdentifier: 'TEST',
  files: 1,
  directories: 1,
  smallFiles: 0,
  requestDigest: '00',
});

interface Rig {
  /** What the reader does when it is asked to look at its sources. */
  onLook: () => void;
  readonly stream: ImageStream;
  /** Puts blocks into the FIFO, each filled with its number. */
  write(from: number, count: number): void;
  finish(failure?: Failure): void;
}

const rigOf = (blocks: number, stallMs = 60_000): Rig => {
  let producer!: FifoProducer;
  let finish!: (failure?: Failure) => void;
  const reader: Reader = {
    stream: ({ memory }, wake) => {
      producer = fifoProducer(memory, wake);
      return new Promise((resolve) => {
        finish = (failure) => {
          resolve(failure);
        };
      });
    },
    read: () => Promise.resolve(undefined),
    idle: () => Promise.resolve(),
  };
  const stream = openImageStream({
    reader,
    image: '/image',
    summary: summaryOf(blocks),
    roots: [],
    fifoBytes: 2 << 20,
    stallMs,
  });
  const write = (from: number, count: number): void => {
    for (let block = from; block < from + count; block += 1) {
      producer
        .reserve(BLOCK, () => {
          rig.onLook();
        })
        ?.fill(block);
      producer.commit(BLOCK);
    }
  };
  const rig: Rig = {
    onLook: () => undefined,
    stream,
    write,
    finish: (failure) => {
      finish(failure);
    },
  };
  return rig;
};

const blocksIn = (view: Uint8Array | undefined): number[] =>
  Array.from({ length: (view?.length ?? 0) / BLOCK }, (_, index) => view![index * BLOCK]!);

describe('the stream of an image', () => {
  it('gives as many blocks as the drive wants, the rest at the end, then nothing', async () => {
    const { stream, write, finish } = rigOf(5);
    write(0, 5);
    expect(blocksIn(await stream.read(3, never))).toEqual([0, 1, 2]);
    finish();
    expect(blocksIn(await stream.read(3, never))).toEqual([3, 4]);
    expect(await stream.read(3, never)).toBeUndefined();
  });

  it('waits until all that the drive wants is there', async () => {
    const { stream, write } = rigOf(100);
    write(0, 2);
    const read = stream.read(4, never);
    write(2, 2);
    expect(blocksIn(await read)).toEqual([0, 1, 2, 3]);
  });

  it('gives the last blocks only when the reader has compared its sources', async () => {
    const { stream, write, finish } = rigOf(4);
    write(0, 4);
    expect(blocksIn(await stream.read(2, never))).toEqual([0, 1]);
    const last = stream.read(2, never);
    finish({ code: 'source-changed', detail: 'photos:a.jpg' });
    await expect(last).rejects.toMatchObject({ code: 'source-changed', message: 'photos:a.jpg' });
  });

  it('fails with the failure of the reader while it waits', async () => {
    const { stream, finish } = rigOf(4);
    const read = stream.read(2, never);
    finish({ code: 'source-missing', detail: 'gone' });
    await expect(read).rejects.toMatchObject({ code: 'source-missing' });
    await expect(stream.read(2, never)).rejects.toMatchObject({ code: 'source-missing' });
  });

  it('fails with source-stalled when a source gives nothing for too long', async () => {
    const { stream } = rigOf(4, 20);
    await expect(stream.read(2, never)).rejects.toMatchObject({ code: 'source-stalled' });
  });

  it.each([true, false])('fails with canceled when the work is (before the read: %s)', async (before) => {
    const { stream } = rigOf(4);
    const aborting = new AbortController();
    if (before) aborting.abort();
    const read = stream.read(2, aborting.signal);
    aborting.abort();
    await expect(read).rejects.toMatchObject({ code: 'canceled' });
  });

  it('has the sources compared before more is read, as often as that is asked', async () => {
    const rig = rigOf(8);
    let looks = 0;
    rig.onLook = () => void (looks += 1);
    rig.write(0, 2);
    for (const [nth, block] of [2, 3].entries()) {
      const compared = rig.stream.compareSources(never);
      rig.write(block, 1);
      await compared;
      expect(looks).toBe(nth + 1);
    }
    expect(blocksIn(await rig.stream.read(4, never))).toEqual([0, 1, 2, 3]);
  });

  it('has nothing to compare any more once all is read, and fails as the reader did', async () => {
    const read = rigOf(2);
    read.write(0, 2);
    read.finish();
    await expect(read.stream.compareSources(never)).resolves.toBeUndefined();
    const failed = rigOf(2);
    const compared = failed.stream.compareSources(never);
    failed.finish({ code: 'source-changed', detail: 'photos:a.jpg' });
    await expect(compared).rejects.toMatchObject({ code: 'source-changed' });
  });

  it('fails with source-stalled when a source is not to be looked at', async () => {
    await expect(rigOf(4, 20).stream.compareSources(never)).rejects.toMatchObject({ code: 'source-stalled' });
  });

  it('tells how full it is', async () => {
    const { stream, write } = rigOf(2000);
    write(0, 512);
    expect([stream.available(), stream.fill()]).toEqual([512, 0.5]);
    await stream.read(32, never);
    await stream.read(32, never);
    expect(stream.available()).toBe(480);
  });

  it('says whether the reader came back from its source', async () => {
    const { stream, finish } = rigOf(4);
    const closed = stream.close();
    finish();
    expect(await closed).toBe(true);
  });
});
