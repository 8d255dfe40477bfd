import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  FRAME_LIMIT,
  encodeFrame,
  frameDecoder,
  openFrames,
  readFrames,
} from '../../../src/worker/frames.js';
import { hex, unhex } from '../../support/hex.js';

const greeting = z.strictObject({ op: z.literal('greeting'), name: z.string() });

/** What a reader of `greeting` frames makes of these bytes. */
const receive = async (
  ...chunks: Uint8Array[]
): Promise<{ frames: unknown[]; reason: string | undefined }> => {
  const stream = new PassThrough();
  const frames: unknown[] = [];
  const ended = new Promise<Error | undefined>((resolve) => {
    readFrames(stream, { receives: greeting, onFrame: (frame) => frames.push(frame), onEnd: resolve });
  });
  for (const chunk of chunks) if (!stream.destroyed) stream.write(chunk);
  if (!stream.destroyed) stream.end();
  return { frames, reason: (await ended)?.message };
};

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

const framed = (body: Uint8Array): Uint8Array => {
  const frame = new Uint8Array(4 + body.length);
  new DataView(frame.buffer).setUint32(0, body.length);
  frame.set(body, 4);
  return frame;
};

describe('a frame', () => {
  it('is a length of 32 bits, most significant byte first, and JSON in UTF-8', () => {
    expect(hex(encodeFrame({ a: 'é' }))).toBe('00 00 00 0a 7b 22 61 22 3a 22 c3 a9 22 7d');
    expect(frameDecoder().push(unhex('00 00 00 0a 7b 22 61 22 3a 22 c3 a9 22 7d'))).toEqual([{ a: 'é' }]);
  });

  it('cannot be made of more than the limit', () => {
    expect(() => encodeFrame('x'.repeat(FRAME_LIMIT))).toThrow(/exceeds/);
  });

  it('arrives whole however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.jsonValue(), { maxLength: 6 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
        (messages, cuts) => {
          const bytes = Buffer.concat(messages.map((message) => encodeFrame(message)));
          const decoder = frameDecoder();
          const received: unknown[] = [];
          for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
            const length = cuts[turn % cuts.length]!;
            received.push(...decoder.push(bytes.subarray(at, at + length)));
            at += length;
          }
          expect(JSON.stringify(received)).toBe(JSON.stringify(messages));
          expect(decoder.pending()).toBe(0);
        },
      ),
    );
  });
});

describe('a stream of frames', () => {
  it('is read to its end', async () => {
    const hello = { op: 'greeting', name: 'Hans' };
    expect(await receive(encodeFrame(hello), encodeFrame(hello))).toEqual({
      frames: [hello, hello],
      reason: undefined,
    });
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['announces more than the limit', unhex('ff ff ff ff'), /announced/],
    ['carries no JSON', framed(text('{"op"')), /JSON/],
    ['carries bytes that are no UTF-8', framed(unhex('22 c3 22')), /encoded data/],
    ['carries an empty message', framed(text('')), /JSON/],
    ['does not match the schema', encodeFrame({ op: 'greeting' }), /name/],
    ['has fields that nobody knows', encodeFrame({ op: 'greeting', name: 'x', extra: 1 }), /extra/],
    ['ends within a frame', encodeFrame({ op: 'greeting', name: 'x' }).subarray(0, 9), /within a frame/],
    ['ends within a length', unhex('00 00'), /within a frame/],
  ])('is cut off when it %s', async (_, bytes, reason) => {
    const seen = await receive(bytes);
    expect(seen.frames).toEqual([]);
    expect(seen.reason).toMatch(reason);
  });

  it('gives nothing more to a reader after a bad frame', async () => {
    const hello = encodeFrame({ op: 'greeting', name: 'x' });
    expect((await receive(Buffer.concat([encodeFrame(7), hello]))).frames).toEqual([]);
  });

  it('cuts off a peer that leaves everything unread', () => {
    const stream = new PassThrough({ highWaterMark: 1 });
    const channel = openFrames(stream, {
      receives: greeting,
      onFrame: () => undefined,
      onEnd: () => undefined,
    });
    stream.pause();
    for (let turn = 0; turn < 40; turn += 1) channel.send('x'.repeat(1 << 20));
    expect(stream.destroyed).toBe(true);
    expect(() => {
      channel.send('after the end');
    }).not.toThrow();
  });
});
