import { describe, expect, it } from 'vitest';
import { SpindleError } from '../../../src/errors.js';
import type { Command, Transport } from '../../../src/transport/transport.js';
import { withDeadline } from '../../../src/worker/command-deadline.js';

const command: Command = { name: 'TEST UNIT READY', cdb: new Uint8Array(6), timeoutMs: 5, direction: 'none' };
const transportOf = (execute: Transport['execute']): Transport => ({
  execute,
  close: () => Promise.resolve(),
});

describe('the deadline of a command', () => {
  it('does not disturb a drive that answers', async () => {
    const good = { status: 'good', data: new Uint8Array(0), moved: 0 } as const;
    const transport = withDeadline(
      transportOf(() => Promise.resolve(good)),
      { marginMs: 5 },
      () => expect.fail(),
    );
    expect(await transport.execute(command)).toBe(good);
  });

  it('passes on that the drive is lost', async () => {
    const lost = new SpindleError('drive-lost', 'gone');
    const transport = withDeadline(
      transportOf(() => Promise.reject(lost)),
      { marginMs: 5 },
      () => expect.fail(),
    );
    await expect(transport.execute(command)).rejects.toBe(lost);
  });

  it('gives a drive up that never answers: this command and all later ones fail', async () => {
    let hung = 0;
    let sent = 0;
    const transport = withDeadline(
      transportOf(() => {
        sent += 1;
        return new Promise(() => undefined);
      }),
      { marginMs: 5 },
      () => (hung += 1),
    );
    await expect(transport.execute(command)).rejects.toMatchObject({ code: 'drive-timeout' });
    await expect(transport.execute(command)).rejects.toMatchObject({ code: 'drive-timeout' });
    expect([hung, sent]).toEqual([1, 1]);
  });
});
