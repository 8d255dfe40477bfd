import { chmodSync, existsSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { socketPath } from '../../src/worker/worker-paths.js';
import type { DaemonClient } from '../support/daemon-client.js';
import { runUnprivileged } from '../support/unprivileged.js';
import { WorkerRig } from '../support/worker-rig.js';

/** Soon, and long enough to connect to a worker that has just begun to listen, on a busy machine too. */
const IDLE_EXIT_MS = 2000;

/** Says that it is the daemon of a later generation and tells the worker to end; prints what it hears. */
const STRANGER = `
  import { connect } from 'node:net';
  const frame = (value) => {
    const body = Buffer.from(JSON.stringify(value));
    const head = Buffer.alloc(4);
    head.writeUInt32BE(body.length);
    return Buffer.concat([head, body]);
  };
  const socket = connect({ path: process.argv[1], allowHalfOpen: true });
  socket.on('data', (bytes) => process.stdout.write(bytes));
  socket.on('end', () => socket.end());
  socket.write(frame({ op: 'hello', protocol: '1.0', build: 'test', generation: 99 }));
  socket.write(frame({ op: 'request', id: 1, request: { do: 'quit' } }));
`;

const started = async (rig = new WorkerRig()): Promise<{ rig: WorkerRig; client: DaemonClient }> => {
  rig.start();
  return { rig, client: await rig.connect() };
};

describe('attaching to a worker', () => {
  it('is taken over by a daemon of a higher generation', async () => {
    const { rig, client } = await started();
    await client.attach(3);
    const next = await rig.connect();
    await next.attach(4);
    expect(await client.frame(({ op }) => op === 'refused')).toMatchObject({
      failure: { code: 'daemon-superseded' },
    });
    await client.end();
    expect(await next.request({ do: 'status' })).toMatchObject({ op: 'reply' });
  });

  it('is refused to a daemon of a lower generation, even after the higher one is gone', async () => {
    const { rig, client } = await started();
    await client.attach(5);
    const late = await rig.connect();
    late.hello(4);
    expect(await late.frame(({ op }) => op === 'refused')).toMatchObject({
      failure: { code: 'daemon-superseded' },
    });
    await late.end();
    expect(await client.request({ do: 'status' })).toMatchObject({ op: 'reply' });
    client.close();
    const later = await rig.connect();
    later.hello(4);
    await later.frame(({ op }) => op === 'refused');
    const again = await rig.connect();
    await again.attach(5);
  });

  it('is refused to another major version of the protocol', async () => {
    const { client } = await started();
    client.hello(1, { protocol: '2.0' });
    expect(await client.frame(({ op }) => op === 'refused')).toMatchObject({
      failure: { code: 'worker-incompatible' },
    });
  });

  it('is all that a daemon of another build may do', async () => {
    const { client } = await started();
    await client.attach(1, { build: 'newer', protocol: '1.7' });
    expect(await client.request({ do: 'status' })).toMatchObject({ op: 'reply' });
    expect(await client.request({ do: 'look' })).toMatchObject({ failure: { code: 'worker-incompatible' } });
    expect(await client.request({ do: 'quit' })).toMatchObject({ value: { ending: true } });
  });

  it.each<[string, (client: DaemonClient) => void]>([
    [
      'begins with a request',
      (client) => {
        client.send({ op: 'request', id: 1, request: { do: 'quit' } });
      },
    ],
    [
      'says hello twice',
      (client) => {
        client.hello();
        client.hello();
      },
    ],
    [
      'sends no JSON',
      (client) => {
        client.raw(Buffer.from('\0\0\0\x03abc'));
      },
    ],
    [
      'announces a gigabyte',
      (client) => {
        client.raw(Buffer.from('\x40\0\0\0'));
      },
    ],
  ])('is over for a daemon that %s, and the worker lives on', async (_, act) => {
    const { rig, client } = await started();
    act(client);
    await client.end();
    const next = await rig.connect();
    await next.attach(2);
  });

  it('answers a request that it does not know, and goes on', async () => {
    const { client } = await started();
    await client.attach();
    expect(await client.request({ do: 'sing' })).toMatchObject({ failure: { code: 'invalid-request' } });
    expect(await client.request({ do: 'status' })).toMatchObject({ op: 'reply' });
  });
});

describe('a worker process', () => {
  it('listens in a directory of its own, for its user only', async () => {
    const { rig, client } = await started();
    await client.attach();
    const directory = statSync(`${rig.argument.runtimeDir}/w`);
    expect(directory.mode & 0o777).toBe(0o700);
  });

  it('is the only one of its drive', async () => {
    const { rig, client } = await started();
    await client.attach();
    rig.start();
    expect(await rig.exit()).toEqual([75, null]);
    expect(await client.request({ do: 'status' })).toMatchObject({ op: 'reply' });
  });

  it('is the only one also where the runtime directory has gone, as after the last session of its user', async () => {
    const { rig, client } = await started();
    await client.attach();
    // A virtual drive that a worker has in itself has a lock of its own, which is not what is tried.
    const location = { transport: 'sg', device: '/dev/sr-none' } as const;
    rig.start({ location, runtimeDir: join(rig.folder, 'run-again') });
    expect(await rig.exit()).toEqual([75, null]);
    expect(await client.request({ do: 'status' })).toMatchObject({ op: 'reply' });
  });

  it('takes the place of one that was killed', async () => {
    const { rig, client } = await started();
    await client.attach();
    rig.kill();
    await rig.exit();
    expect(existsSync(socketPath(rig.argument.runtimeDir, 'drive-1'))).toBe(true);
    rig.start();
    await (await rig.connect()).attach(2);
  });

  it('ends itself, and takes its socket away, when nobody needs it', async () => {
    const rig = new WorkerRig({ tuning: { idleExitMs: 50 } });
    rig.start();
    expect(await rig.exit()).toEqual([0, null]);
    expect(existsSync(socketPath(rig.argument.runtimeDir, 'drive-1'))).toBe(false);
    expect(rig.log).toContain('worker ends');
  });

  it('stays while a daemon is attached, and ends when that is gone', async () => {
    const tuning = { idleExitMs: IDLE_EXIT_MS, lookIntervalMs: 60 };
    const { rig, client } = await started(new WorkerRig({ tuning }));
    await client.attach();
    await client.request({ do: 'look' });
    await client.request({ do: 'virtual', operation: { kind: 'remove' } });
    await sleep(1.5 * IDLE_EXIT_MS);
    expect(await client.request({ do: 'status' })).toMatchObject({ op: 'reply' });
    client.close();
    expect(await rig.exit()).toEqual([0, null]);
  });

  it('ends on SIGTERM while it is idle', async () => {
    const rig = new WorkerRig();
    const child = rig.start();
    await (await rig.connect()).attach();
    child.kill('SIGTERM');
    expect(await rig.exit()).toEqual([0, null]);
  });

  it('refuses an argument that it does not understand', async () => {
    const rig = new WorkerRig();
    rig.start({ runtimeDir: 'relative' });
    expect(await rig.exit()).toEqual([64, null]);
  });

  it('refuses a runtime directory whose path is too long for a socket, and says so', async () => {
    const rig = new WorkerRig();
    rig.start({ runtimeDir: `/tmp/${'long'.repeat(30)}` });
    expect(await rig.exit()).toEqual([70, null]);
    expect(rig.log).toContain('runtime-path-too-long');
  });

  it('has loaded neither a web server nor a database', async () => {
    const rig = new WorkerRig();
    const child = rig.start();
    await (await rig.connect()).attach();
    expect(readFileSync(`/proc/${child.pid}/maps`, 'utf8')).not.toContain('better_sqlite3');
  });
});

describe('a lease', () => {
  const inAnHour = (): string => new Date(Date.now() + 3_600_000).toISOString();
  const lease = (id: string, expiresAt = inAnHour()): object => ({ do: 'lease', lease: { id, expiresAt } });

  it('keeps the drive for its holder until it is given back', async () => {
    const { client } = await started();
    await client.attach();
    expect(await client.request(lease('mine'))).toMatchObject({ op: 'reply' });
    expect(await client.request(lease('yours'))).toMatchObject({ failure: { code: 'drive-leased' } });
    const eject = { do: 'tray', action: 'eject' };
    expect(await client.request(eject)).toMatchObject({ failure: { code: 'drive-leased' } });
    expect(await client.request({ ...eject, lease: 'mine' })).toMatchObject({ value: { contents: 'open' } });
    expect(await client.request({ do: 'status' })).toMatchObject({ value: { lease: { id: 'mine' } } });
    expect(await client.request({ do: 'quit' })).toMatchObject({ value: { ending: false } });
    await client.request({ do: 'lease', lease: null });
    expect(await client.request({ do: 'tray', action: 'load' })).toMatchObject({ op: 'reply' });
  });

  it('ends by itself at its deadline, and can be prolonged before', async () => {
    const { rig, client } = await started(new WorkerRig({ tuning: { idleExitMs: IDLE_EXIT_MS } }));
    await client.attach();
    await client.request(lease('mine'));
    await client.request(lease('mine', new Date(Date.now() + 300).toISOString()));
    client.close();
    expect(await rig.exit()).toEqual([0, null]);
  });
});

describe('a worker whose folder was opened to others', () => {
  const isRoot = process.getuid?.() === 0;

  it.skipIf(!isRoot)(
    'listens to none of them, whatever they say after they were refused [root]',
    async () => {
      const { rig, client } = await started();
      await client.attach(1);
      const socket = socketPath(rig.argument.runtimeDir, rig.argument.drive);
      for (let path = socket; path !== tmpdir(); path = dirname(path)) chmodSync(path, 0o777);
      const { stdout, stderr } = runUnprivileged(STRANGER, socket);
      expect(stderr).toBe('');
      expect(stdout).toContain('"code":"forbidden"');
      expect(stdout).not.toContain('"op":"hello"');
      // Neither superseded nor ended by what the stranger asked for.
      expect(await client.request({ do: 'status' })).toMatchObject({ op: 'reply' });
      expect(client.received.filter(({ op }) => op === 'refused')).toEqual([]);
    },
  );
});

describe('what a worker sees', () => {
  it('tells of a medium that is put in and taken out, with all about it', async () => {
    const { rig, client } = await started();
    await client.attach();
    await client.frame(
      ({ op, observation }) =>
        op === 'observation' &&
        (observation as { report?: { medium?: { kind: string } } }).report?.medium?.kind === 'dvd+r',
    );
    expect(await client.request({ do: 'virtual', operation: { kind: 'remove' } })).toMatchObject({
      value: { presence: 'present' },
    });
    expect(await client.request({ do: 'report' })).not.toHaveProperty('value.report.medium');
    const insert = { do: 'virtual', operation: { kind: 'insert', medium: rig.medium } };
    expect(await client.request(insert)).toMatchObject({ op: 'reply' });
    expect(await client.request({ do: 'report' })).toMatchObject({
      value: { contents: 'ready', report: { medium: { kind: 'dvd+r', status: 'empty' } } },
    });
    expect(await client.request(insert)).toMatchObject({ failure: { code: 'virtual-drive-occupied' } });
  });

  it('is absent once a drive is unplugged, and present when it is plugged in again', async () => {
    const { client } = await started();
    await client.attach();
    const faults = (script: object[]): object => ({
      do: 'virtual',
      operation: { kind: 'faults', faults: script },
    });
    expect(await client.request(faults([{ what: 'ever' }]))).toMatchObject({
      failure: { code: 'schema-violation' },
    });
    await client.request(faults([{ when: { command: 1 }, do: { action: 'unplug' } }]));
    expect(await client.request({ do: 'look' })).toMatchObject({ value: { presence: 'absent' } });
    expect(await client.request(faults([]))).toMatchObject({ value: { presence: 'present' } });
  });
});
