import { expect, describe, it, vi } from 'vitest';
import type { DaemonClient, Frame } from '../support/daemon-client.js';
import { type HeardDrive, startHeard } from '../support/heard-drive.js';
import type { Answer } from '../../src/transport/transport.js';
import { WorkerRig } from '../support/worker-rig.js';

// SPC-3 and MMC-5.
const TEST_UNIT_READY = 0x00;
const WRITE = 0x2a;
const READ_DISC_INFORMATION = 0x51;
const SEND_DISC_STRUCTURE = 0xbf;
/** Which no look and no report sends. */
const SEEK = 0x2b;

const inMs = (ms: number): string => new Date(Date.now() + ms).toISOString();
const lease = (ms = 3_600_000, id = 'mine'): object => ({
  do: 'lease',
  lease: { id, expiresAt: inMs(ms) },
});
const GIVE_BACK = { do: 'lease', lease: null };

const order = (opcode: number, more: object = {}): object => ({
  do: 'command',
  lease: 'mine',
  command: {
    cdb: Buffer.from([opcode, ...Array<number>(opcode < 0x20 ? 5 : 9).fill(0)]).toString('base64'),
    direction: 'none',
    length: 0,
    data: '',
    timeoutMs: 60_000,
    ...more,
  },
});
const GOOD = { status: 'good', data: new Uint8Array(0), moved: 0 } as const;

const codeOf = (frame: Frame): unknown => (frame['failure'] as { code?: string } | undefined)?.code;

interface Started {
  readonly client: DaemonClient;
  readonly heard: HeardDrive;
}

const started = async (): Promise<Started> => {
  const rig = new WorkerRig({ blank: 'dvd+rw' });
  const heard = await startHeard(rig);
  const client = await rig.connect();
  await client.attach();
  await client.request({ do: 'report' });
  return { client, heard };
};

/** A command of the lease is under way until `letGo`. */
const busy = async ({ client, heard }: Started): Promise<{ answer: Promise<Frame>; letGo: () => void }> => {
  let letGo!: () => void;
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  heard.instead.set(SEEK, async () => {
    await held;
    return GOOD;
  });
  const answer = client.request(order(SEEK));
  await vi.waitUntil(() => heard.opcodes.includes(SEEK), { timeout: 30_000 });
  return { answer, letGo };
};

const count = ({ opcodes }: HeardDrive, opcode: number): number =>
  opcodes.filter((one) => one === opcode).length;

describe('commands that wait for a drive', () => {
  it('are not sent once their lease is over, whoever has ended it, and nobody waits for the one under way', async () => {
    const it = await started();
    const { client, heard } = it;
    await client.request(lease());
    const { answer, letGo } = await busy(it);
    const waiting = [order(SEEK), order(SEEK), order(SEEK)].map((one) => client.request(one));
    expect(await client.request(GIVE_BACK)).toMatchObject({ op: 'reply' });
    const { value } = await client.request({ do: 'status' });
    expect(value).not.toHaveProperty('lease');
    // A command of the drive is under way: the worker is no idle one.
    expect(await client.request({ do: 'quit' })).toMatchObject({ value: { ending: false } });
    letGo();
    expect(await answer).toMatchObject({ value: { status: 'good' } });
    expect((await Promise.all(waiting)).map(codeOf)).toEqual(Array<string>(3).fill('lease-unknown'));
    expect(count(heard, SEEK)).toBe(1);
  });

  it('are 32 at most', async () => {
    const it = await started();
    await it.client.request(lease());
    const { answer, letGo } = await busy(it);
    const waiting = Array.from({ length: 31 }, () => it.client.request(order(TEST_UNIT_READY)));
    expect(codeOf(await it.client.request(order(TEST_UNIT_READY)))).toBe('command-queue-full');
    letGo();
    for (const done of await Promise.all([answer, ...waiting]))
      expect(done).toMatchObject({ value: { status: 'good' } });
    expect(await it.client.request(order(TEST_UNIT_READY))).toMatchObject({ op: 'reply' });
  });
});

describe('a lease that is renewed while a command takes longer than it lasted', () => {
  it('goes on, and so do the commands that wait for it', async () => {
    const it = await started();
    const { client } = it;
    await client.request(lease(2000));
    const over = Date.now() + 2000;
    const { answer, letGo } = await busy(it);
    const next = client.request(order(TEST_UNIT_READY));
    const renewed = client.request(lease());
    await vi.waitUntil(() => Date.now() > over + 200, { timeout: 30_000 });
    letGo();
    await renewed;
    expect(await answer).toMatchObject({ value: { status: 'good' } });
    expect(await next).toMatchObject({ value: { status: 'good' } });
    expect(await client.request({ do: 'status' })).toMatchObject({ value: { lease: { id: 'mine' } } });
  });
});

describe('what commands of a lease leave', () => {
  /** DID_ERROR of the kernel: nobody knows whether the drive has heard it. */
  const LOST: Answer = { status: 'transport-error', hostStatus: 7, moved: 0 };
  const write = order(WRITE, { direction: 'to-drive', data: Buffer.alloc(2048).toString('base64') });
  const reads = (heard: HeardDrive): number => count(heard, READ_DISC_INFORMATION);

  it.each<[string, Answer, object]>([
    ['done', { ...GOOD, moved: 2048 }, { op: 'reply' }],
    ['lost on its way', LOST, { op: 'failure' }],
  ])(
    'is not looked at between two that record, also where one was %s, and is once the lease ends',
    async (_, end, answered) => {
      const { client, heard } = await started();
      await client.request(lease());
      heard.instead.set(WRITE, () => Promise.resolve(end));
      expect(await client.request(write)).toMatchObject(answered);
      const from = heard.opcodes.lastIndexOf(WRITE);
      expect(codeOf(await client.request({ do: 'report' }))).toBe('drive-leased');
      expect(await client.request({ do: 'look' })).toMatchObject({ op: 'reply' });
      expect(await client.request({ do: 'tray', action: 'eject' })).toMatchObject({ op: 'failure' });
      expect(await client.request(write)).toMatchObject(answered);
      expect(heard.opcodes.slice(from)).toEqual([WRITE, WRITE]);
      await client.request(GIVE_BACK);
      const { value } = await client.request({ do: 'look' });
      expect(value).toMatchObject({ exchanged: true, report: { contents: 'ready' } });
      expect(reads(heard)).toBeGreaterThan(0);
    },
  );

  it('is nothing where they were refused before they were sent', async () => {
    const { client, heard } = await started();
    await client.request(lease());
    const before = reads(heard);
    expect(codeOf(await client.request({ ...write, lease: 'yours' }))).toBe('lease-unknown');
    expect(await client.request({ do: 'look' })).toMatchObject({ value: { report: { contents: 'ready' } } });
    expect(reads(heard)).toBe(before);
  });

  it('is looked at also where a change of the write protection has failed', async () => {
    const { client, heard } = await started();
    heard.instead.set(SEND_DISC_STRUCTURE, async (command, drive) => {
      await drive.execute(command);
      return LOST;
    });
    const protect = { do: 'protect', persistent: true };
    expect(await client.request(protect)).toMatchObject({ op: 'failure' });
    const { value } = await client.request({ do: 'status' });
    expect(value).toMatchObject({ observation: { report: { medium: { writeProtected: true } } } });
  });
});
