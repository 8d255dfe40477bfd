import { describe, expect, it } from 'vitest';
import { ProblemError } from '../../../src/dashboard/public/api.js';
import { keepSession } from '../../../src/dashboard/public/session.js';
import { manualClock } from './manual-clock.js';

const UNREACHABLE = new ProblemError({ status: 0, detail: 'nobody is there' });
const UNKNOWN_TOKEN = new ProblemError({ status: 401, detail: 'unknown' });

/** A session whose daemon answers `whoami` when the test has it do so. */
const aSession = () => {
  const clock = manualClock();
  const asked: { answer: (scopes: string[]) => Promise<void>; fail: (error: Error) => Promise<void> }[] = [];
  const seen: string[] = [];
  const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
  let token: string | undefined;
  let open = 0;
  const whoami = () =>
    new Promise<{ scopes: string[] }>((resolve, reject) => {
      asked.push({
        answer: (scopes) => {
          resolve({ scopes });
          return settled();
        },
        fail: (error) => {
          reject(error);
          return settled();
        },
      });
    });
  const session = keepSession({
    api: { get: (path: string) => (path === '/v1/whoami' ? whoami() : Promise.resolve({})) },
    readToken: () => token,
    connect: () => {
      open += 1;
      seen.push('connects');
      return { retryNow: () => seen.push('connects again'), stop: () => (open -= 1) };
    },
    onOther: () => seen.push('is somebody else'),
    onSession: ({ scopes }: { scopes: string[] }) => seen.push(`may ${scopes.join()}`),
    onLink: ({ is }: { is: string }) => seen.push(is),
    onRefused: () => seen.push('is refused'),
    clock,
  });
  return {
    session,
    asked,
    advance: clock.advance,
    open: () => open,
    be: (next: string) => (token = next),
    /** What has happened since it was last looked. */
    seen: () => seen.splice(0),
  };
};

describe('the session of the dashboard', () => {
  it('connects when it knows what the token may do', async () => {
    const { session, asked, seen, be } = aSession();
    be('sp_kiosk');
    void session.start();
    await asked[0]!.answer(['status']);
    expect(seen()).toEqual(['is somebody else', 'connecting', 'is somebody else', 'may status', 'connects']);
  });

  it('forgets with another token what the one before was told, and not with the same', async () => {
    const { session, asked, seen, be } = aSession();
    be('sp_kiosk');
    void session.start();
    await asked[0]!.answer(['status']);
    seen();
    void session.start();
    await asked[1]!.answer(['status']);
    expect(seen()).toEqual(['connecting', 'may status', 'connects']);
    be('sp_operator');
    void session.start();
    expect(seen()).toEqual(['is somebody else', 'connecting']);
    await asked[2]!.answer(['status', 'jobs:read']);
    expect(seen()).toContain('may status,jobs:read');
  });

  it('tries again while nobody answers, and not with a token that is refused', async () => {
    const { session, asked, seen, advance } = aSession();
    void session.start();
    await asked[0]!.fail(UNREACHABLE);
    expect(seen()).toEqual(['connecting', 'reconnecting']);
    advance(3000);
    await asked[1]!.fail(UNKNOWN_TOKEN);
    expect(seen()).toEqual(['connecting', 'is refused']);
    advance(600_000);
    expect(asked).toHaveLength(2);
  });

  it('has one connection, also where a token is given while it waits to try again', async () => {
    const { session, asked, advance, open, be } = aSession();
    void session.start();
    await asked[0]!.fail(UNREACHABLE);
    be('sp_operator');
    void session.start();
    await asked[1]!.answer(['status']);
    advance(600_000);
    expect(asked).toHaveLength(2);
    expect(open()).toBe(1);
  });

  it('does nothing with an answer that comes after another start, be it a refusal', async () => {
    const { session, asked, seen, open, be } = aSession();
    be('sp_first');
    void session.start();
    be('sp_second');
    void session.start();
    await asked[1]!.answer(['status']);
    seen();
    await asked[0]!.fail(UNKNOWN_TOKEN);
    expect(seen()).toEqual([]);
    expect(open()).toBe(1);
  });

  it('asks who it is first where somebody does not want to wait', async () => {
    const { session, asked, seen } = aSession();
    void session.start();
    await asked[0]!.fail(UNREACHABLE);
    session.retryNow();
    await asked[1]!.answer(['status']);
    expect(seen().at(-1)).toBe('connects');
    session.retryNow();
    expect(seen()).toEqual(['connects again']);
  });
});
