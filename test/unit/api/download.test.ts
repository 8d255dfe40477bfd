import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { download } from '../../../src/api/download.js';
import { SpindleError } from '../../../src/errors.js';

const PIECES = ['one', 'two', 'three'];

/** What a thread or a drive is asked for; says when nobody wants any more of it. */
const reading = () => {
  const state = { ended: false };
  async function* pieces(): AsyncGenerator<Uint8Array> {
    try {
      for (const piece of PIECES) yield await Promise.resolve(Buffer.from(piece));
    } finally {
      state.ended = true;
    }
  }
  return { state, pieces: pieces() };
};

describe('a download', () => {
  it('is all pieces, in their order', async () => {
    expect((await buffer(await download(reading().pieces))).toString()).toBe(PIECES.join(''));
  });

  it('is refused where the first piece cannot be had, and holds no place then', async () => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield await Promise.reject(new SpindleError('source-missing', 'It is gone.'));
    }
    for (let times = 0; times < 20; times += 1)
      await expect(download(failing())).rejects.toMatchObject({ code: 'source-missing' });
  });

  it('of which nobody takes anything ends what is read for it, so that there is room for others', async () => {
    for (let times = 0; times < 20; times += 1) {
      const { state, pieces } = reading();
      const stream = await download(pieces);
      stream.destroy();
      await once(stream, 'close');
      expect(state.ended).toBe(true);
    }
  });

  it('is one of few at once', async () => {
    const open = await Promise.all(Array.from({ length: 8 }, () => download(reading().pieces)));
    await expect(download(reading().pieces)).rejects.toMatchObject({ code: 'rate-limited' });
    for (const stream of open) await buffer(stream);
    await buffer(await download(reading().pieces));
  });
});
