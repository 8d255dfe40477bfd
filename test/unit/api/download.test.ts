import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { download } from '../../../src/api/download.js';
import { SpindleError } from '../../../src/errors.js';

const PIECES = ['one', 'two', 'three'];

/** Of a client that stays. */
const HERE = new AbortController().signal;

/** What a dead disk is read for. */
async function* stuck(): AsyncGenerator<Uint8Array, undefined> {
  yield await new Promise<never>(() => undefined);
  return undefined;
}

/** What a thread or a drive is asked for; says when nobody wants any more of it. */
const reading = () => {
  const state = { ended: false };
  async function* pieces(): AsyncGenerator<Uint8Array, undefined> {
    try {
      for (const piece of PIECES) yield await Promise.resolve(Buffer.from(piece));
    } finally {
      state.ended = true;
    }
    return undefined;
  }
  return { state, pieces: pieces() };
};

describe('a download', () => {
  it('is all pieces, in their order', async () => {
    expect((await buffer(await download(reading().pieces, HERE))).toString()).toBe(PIECES.join(''));
  });

  it('is refused where the first piece cannot be had, and holds no place then', async () => {
    async function* failing(): AsyncGenerator<Uint8Array, undefined> {
      yield await Promise.reject(new SpindleError('source-missing', 'It is gone.'));
      return undefined;
    }
    for (let times = 0; times < 20; times += 1)
      await expect(download(failing(), HERE)).rejects.toMatchObject({ code: 'source-missing' });
  });

  it('of which nobody takes anything ends what is read for it, so that there is room for others', async () => {
    for (let times = 0; times < 20; times += 1) {
      const { state, pieces } = reading();
      const stream = await download(pieces, HERE);
      stream.destroy();
      await once(stream, 'close');
      expect(state.ended).toBe(true);
    }
  });

  it('is one of few at once', async () => {
    const open = await Promise.all(Array.from({ length: 8 }, () => download(reading().pieces, HERE)));
    await expect(download(reading().pieces, HERE)).rejects.toMatchObject({ code: 'rate-limited' });
    for (const stream of open) await buffer(stream);
    await buffer(await download(reading().pieces, HERE));
  });

  it('gives its place back at once when its client leaves, although a disk does not answer', async () => {
    for (let times = 0; times < 20; times += 1) {
      const client = new AbortController();
      const begun = download(stuck(), client.signal);
      client.abort();
      (await begun).destroy();
    }
    await buffer(await download(reading().pieces, HERE));
  });

  it('of which nothing was taken for half a minute makes room for another one', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    onTestFinished(() => void vi.useRealTimers());
    const idle = await Promise.all(Array.from({ length: 8 }, () => download(reading().pieces, HERE)));
    const [first] = idle;
    first?.on('error', () => undefined);
    vi.advanceTimersByTime(31_000);
    await buffer(await download(reading().pieces, HERE));
    expect(idle.map(({ destroyed }) => destroyed)).toEqual([true, ...Array<boolean>(7).fill(false)]);
    for (const stream of idle.slice(1)) await buffer(stream);
  });
});
