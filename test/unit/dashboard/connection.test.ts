import { describe, expect, it } from 'vitest';
import { keepConnected } from '../../../src/dashboard/public/connection.js';
import { manualClock } from './manual-clock.js';

interface Socket {
  sent: string[];
  closed: boolean;
  onopen?: (event: object) => void;
  onmessage?: (event: { data: string }) => void;
  onclose?: (event: { code: number }) => void;
}

const WELCOME = { op: 'welcome', heartbeatMs: 15_000 };

/** A connection over sockets and a clock that the test moves. */
const aConnection = () => {
  const sockets: Socket[] = [];
  const links: { is: string; why?: string; retryAt?: number }[] = [];
  const clock = manualClock();
  const connection = keepConnected({
    openSocket: () => {
      const socket: Socket & { send(text: string): void; close(): void } = {
        sent: [],
        closed: false,
        send: (text) => socket.sent.push(text),
        close: () => (socket.closed = true),
      };
      sockets.push(socket);
      return socket;
    },
    hello: () => ({ op: 'hello', n: sockets.length }),
    onFrame: () => undefined,
    onLink: (link: { is: string }) => links.push(link),
    clock,
  });
  return {
    connection,
    sockets,
    last: () => sockets.at(-1)!,
    link: () => links.at(-1)!,
    advance: clock.advance,
  };
};

const say = (socket: Socket, frame: object) => socket.onmessage?.({ data: JSON.stringify(frame) });

describe('the connection of the dashboard', () => {
  it('says hello first and is live when it is welcome', () => {
    const { last, link } = aConnection();
    expect(link().is).toBe('connecting');
    last().onopen?.({});
    expect(last().sent).toEqual(['{"op":"hello","n":1}']);
    say(last(), WELCOME);
    expect(link().is).toBe('live');
  });

  it('comes back after a cut, later each time, and at once when it was welcome in between', () => {
    const { last, link, advance, sockets } = aConnection();
    const waits: number[] = [];
    for (let cut = 0; cut < 7; cut++) {
      last().onclose?.({ code: 1006 });
      waits.push(link().retryAt ?? 0);
      const before = sockets.length;
      advance(15_000);
      expect(sockets).toHaveLength(before + 1);
    }
    expect(waits.map((at, index) => at - 15_000 * index)).toEqual([
      500, 1000, 2000, 4000, 8000, 15_000, 15_000,
    ]);
    say(last(), WELCOME);
    last().onclose?.({ code: 4410 });
    expect(link()).toMatchObject({ is: 'reconnecting', retryAt: 15_000 * 7 + 500 });
  });

  it.each([
    [4401, 'unauthenticated'],
    [4403, 'forbidden'],
  ])('does not come back after %i, since the same token would be refused again', (code, why) => {
    const { last, link, advance, sockets } = aConnection();
    last().onclose?.({ code });
    expect(link()).toMatchObject({ is: 'refused', why });
    advance(600_000);
    expect(sockets).toHaveLength(1);
  });

  it('notices that nobody is there any more, though the socket does not', () => {
    const { last, link, advance, sockets } = aConnection();
    last().onopen?.({});
    say(last(), WELCOME);
    advance(15_000);
    expect(last().sent.at(-1)).toBe('{"op":"ping"}');
    say(last(), { op: 'pong' });
    advance(15_000);
    expect(link().is).toBe('live');
    advance(15_000);
    expect(link().is).toBe('reconnecting');
    expect(last().closed).toBe(true);
    advance(500);
    expect(sockets).toHaveLength(2);
  });

  it('gives up a socket over which no welcome comes', () => {
    const { last, link, advance } = aConnection();
    last().onopen?.({});
    advance(10_000);
    expect(link().is).toBe('reconnecting');
  });

  it('does not listen to a socket that it has given up', () => {
    const { connection, sockets, link } = aConnection();
    connection.retryNow();
    sockets[0]?.onclose?.({ code: 1006 });
    say(sockets[0]!, WELCOME);
    expect(link().is).toBe('connecting');
  });
});
