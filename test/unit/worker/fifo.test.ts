import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pageOffset } from '../../../src/os/page-offset.js';
import {
  type FifoConsumer,
  type FifoMemory,
  createFifo,
  fifoConsumer,
  fifoProducer,
} from '../../../src/worker/fifo.js';

const silent = (): void => undefined;

const startProducer = (memory: FifoMemory, total: number, pieces: readonly number[]): Worker =>
  new Worker(new URL('../../support/fifo-producer.mjs', import.meta.url), {
    workerData: { memory, total, pieces },
  });

/** Reads everything in views of at most `wanted` bytes, checking the sequence; the number of bytes read. */
const drain = async (consumer: FifoConsumer, producer: Worker, wanted: number): Promise<number> => {
  let read = 0;
  for (;;) {
    if (consumer.awaitBytes(wanted)) await once(producer, 'message');
    const view = consumer.peek(wanted);
    if (view.length === 0 && consumer.ended()) return read;
    expect(view.every((byte, index) => byte === (read + index) % 251)).toBe(true);
    read += view.length;
    consumer.release(view.length);
  }
};

describe('the FIFO', () => {
  it('gives the consumer what the producer wrote, around the end of the ring', () => {
    const memory = createFifo(8);
    const producer = fifoProducer(memory, silent);
    const consumer = fifoConsumer(memory);
    const written: number[] = [];
    const read: number[] = [];
    for (let value = 0; value < 50; value += 3) {
      const view = producer.reserve(3)!;
      view.forEach((_, index) => (view[index] = value + index));
      written.push(...view);
      producer.commit(view.length);
      const seen = consumer.peek(8);
      read.push(...seen);
      consumer.release(seen.length);
    }
    expect(read).toEqual(written);
  });

  it.each([64, 1 << 20, 32 << 20])('of %i bytes lies at pages of memory, as both ends see it', (capacity) => {
    const memory = createFifo(capacity);
    const producer = fifoProducer(memory, silent);
    const written = producer.reserve(capacity)!;
    producer.commit(written.length);
    const read = fifoConsumer(memory).peek(capacity);
    expect(written.buffer).toBe(memory);
    expect([written.length, read.length]).toEqual([capacity, capacity]);
    expect([written, read].map((view) => pageOffset(view) % 4096)).toEqual([0, 0]);
  });

  it('wakes a consumer once it has as much as it asked for, not before', () => {
    let wakes = 0;
    const memory = createFifo(64);
    const producer = fifoProducer(memory, () => (wakes += 1));
    const consumer = fifoConsumer(memory);
    expect(consumer.awaitBytes(20)).toBe(true);
    producer.commit(producer.reserve(10)!.length);
    expect(wakes).toBe(0);
    producer.commit(producer.reserve(10)!.length);
    expect(wakes).toBe(1);
    expect(consumer.awaitBytes(20)).toBe(false);
  });

  it('wakes a consumer that waits for more than is left', () => {
    let wakes = 0;
    const memory = createFifo(64);
    const producer = fifoProducer(memory, () => (wakes += 1));
    const consumer = fifoConsumer(memory);
    producer.commit(producer.reserve(5)!.length);
    expect(consumer.awaitBytes(20)).toBe(true);
    producer.end();
    expect(wakes).toBe(1);
    expect(consumer.peek(20)).toHaveLength(5);
    expect(consumer.ended()).toBe(true);
  });

  it('refuses space to the producer once the consumer has closed it', () => {
    const memory = createFifo(16);
    const producer = fifoProducer(memory, silent);
    fifoConsumer(memory).close();
    expect(producer.reserve(1)).toBeUndefined();
  });

  it('frees a producer that sleeps in a full ring when the consumer closes it', async () => {
    const memory = createFifo(4096);
    const consumer = fifoConsumer(memory);
    const worker = startProducer(memory, 1 << 20, [1024]);
    if (consumer.awaitBytes(4096)) await once(worker, 'message');
    const ended = once(worker, 'message');
    consumer.close();
    expect(await ended).toEqual([{ written: 4096 }]);
  });

  it('carries every byte between two threads whatever the sizes of pieces, views and ring', async () => {
    const sizes = fc.record({
      capacity: fc.integer({ min: 64, max: 5000 }),
      pieces: fc.array(fc.integer({ min: 1, max: 64 }), { minLength: 1, maxLength: 7 }),
      wanted: fc.integer({ min: 1, max: 64 }),
      total: fc.integer({ min: 0, max: 60_000 }),
    });
    await fc.assert(
      fc.asyncProperty(sizes, async ({ capacity, pieces, wanted, total }) => {
        // Whoever waits for `wanted` while the other waits for a piece must not wait for ever.
        const memory = createFifo(capacity + 128);
        const producer = startProducer(memory, total, pieces);
        try {
          expect(await drain(fifoConsumer(memory), producer, wanted)).toBe(total);
        } finally {
          await producer.terminate();
        }
      }),
      { numRuns: 25 },
    );
  });
});
