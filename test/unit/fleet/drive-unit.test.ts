import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Store } from '../../../src/jobs/store/store.js';
import { DriveUnit } from '../../../src/fleet/drive-unit.js';
import { encodeFrame, frameDecoder } from '../../../src/worker/frames.js';
import { prepareSocketDirectory, socketPath } from '../../../src/worker/worker-paths.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { silentLog } from '../../support/test-store.js';

/** Of a drive on which nothing is open. */
const NOTHING_OPEN = {
  openAttempts: () => Promise.resolve([]),
  unreadOf: () => Promise.resolve(undefined),
  leaseOf: () => Promise.resolve(undefined),
};

const unit = (folder = '/var/none', store: object = {}): DriveUnit =>
  new DriveUnit({
    argument: {
      drive: 'drive-1',
      location: { transport: 'sg', device: '/dev/sr0' },
      runtimeDir: folder,
      stateDir: folder,
      logFile: '/var/none/log',
      build: 'test',
      circumstances: 'test',
    },
    generation: 1,
    store: store as Store,
    log: silentLog,
    resend: () => Promise.resolve(),
    onState: () => undefined,
    onProgress: () => undefined,
  });

const STATUS = { drive: 'drive-1', pid: 1, build: 'test', circumstances: 'test' };
const HELLO = { op: 'hello', protocol: '1.0', status: STATUS };

interface Frame {
  readonly op: string;
  readonly id?: number;
  readonly request?: { readonly do: string; readonly lease?: { id: string } | null };
}

/** A worker that never hangs up by itself, in a folder of its own. */
const workerOf = async (hear: (frame: Frame, socket: Socket) => void): Promise<string> => {
  const folder = temporaryFolder();
  prepareSocketDirectory(folder);
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const decoder = frameDecoder();
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      for (const frame of decoder.push(chunk) as Frame[]) hear(frame, socket);
    });
    onTestFinished(() => void socket.destroy());
  }).listen(socketPath(folder, 'drive-1'));
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return folder;
};

describe('a drive whose worker is not attached', () => {
  it('answers no request, and says so at once', async () => {
    await expect(unit().request({ do: 'look' })).rejects.toMatchObject({ code: 'worker-lost' });
  });
});

describe('a drive that is let go of', () => {
  it('is left, though its worker says hello only then', async () => {
    let greeted!: (greet: () => void) => void;
    const greeting = new Promise<() => void>((resolve) => {
      greeted = resolve;
    });
    const folder = await workerOf((_, socket) => {
      greeted(() => void socket.write(encodeFrame(HELLO)));
    });
    const drive = unit(folder, NOTHING_OPEN);
    const started = drive.start();
    const greet = await greeting;
    const closed = drive.close();
    greet();
    await closed;
    await started; // whoever waits for it does not wait for ever
  });

  it('is left, though its worker does not hang up', async () => {
    const folder = await workerOf(({ op }, socket) => {
      if (op === 'hello') socket.write(encodeFrame(HELLO));
    });
    const drive = unit(folder, NOTHING_OPEN);
    await drive.start();
    await drive.close();
  });
});

describe('a drive whose worker has died', () => {
  it('has its tray unlocked, though it is settled only when the next worker is attached once more', async () => {
    const asked: unknown[] = [];
    let unlocked!: () => void;
    const unlocking = new Promise<void>((resolve) => {
      unlocked = resolve;
    });
    const folder = await workerOf(({ op, id, request }, socket) => {
      if (op === 'hello') socket.write(encodeFrame(HELLO));
      else socket.write(encodeFrame({ op: 'reply', id, value: {} }));
      if (request?.do !== 'tray') return;
      asked.push(request);
      unlocked();
    });
    const left = { job: '01JZ0000000000000000000001', copy: 1, number: 1, drive: 'drive-1', touched: true };
    let open = [left];
    let readyMeanwhile: boolean | undefined;
    const drive: DriveUnit = unit(folder, {
      ...NOTHING_OPEN,
      openAttempts: () => Promise.resolve(open),
      interrupt: async () => {
        // The dispatcher hears of it before we do, and must not give the drive another attempt that we would let go of.
        await sleep(50);
        readyMeanwhile = drive.seen.ready;
        open = [];
        return undefined;
      },
      getAttempt: () => Promise.resolve(undefined),
    });
    await drive.start();
    await unlocking;
    expect(asked).toEqual([{ do: 'tray', action: 'unlock' }]);
    expect(readyMeanwhile).toBe(false);
    await drive.close();
  });
});

describe('a worker that was started under other circumstances', () => {
  const EXPIRES = '2026-03-01T12:45:00.000Z';
  const SEEN = { observation: { presence: 'present', contents: 'empty' } };
  const others = { ...STATUS, circumstances: 'other', ...SEEN };

  interface Leases {
    /** The id of the lease that it holds. */
    held: string | undefined;
  }

  /** It leaves where it holds no lease, and another one takes its place. */
  const outdated = async (leases: Leases) => {
    const asked: string[] = [];
    let left = false;
    const lease = () => leases.held && { lease: { id: leases.held, expiresAt: EXPIRES } };
    const answers: Record<string, (request: { lease?: { id: string } | null }) => unknown> = {
      lease: (request) => {
        leases.held = request.lease?.id;
        return {};
      },
      quit: () => {
        left = leases.held === undefined;
        return { ending: left };
      },
    };
    const folder = await workerOf(({ op, id, request }, socket) => {
      if (op === 'hello') {
        const status = left ? { ...STATUS, ...SEEN } : { ...others, ...lease() };
        socket.write(encodeFrame({ ...HELLO, status }));
        return;
      }
      asked.push(request!.do);
      socket.write(encodeFrame({ op: 'reply', id, value: answers[request!.do]?.(request!) ?? {} }));
      if (left) socket.end();
    });
    return { folder, asked };
  };

  it('is replaced before anybody meets it, where it has nothing to finish', async () => {
    const { folder, asked } = await outdated({ held: undefined });
    const drive = unit(folder, NOTHING_OPEN);
    await drive.start();
    expect(asked).toEqual(['quit']);
    expect(drive.attachment).toBe(2);
    expect(drive.state).toMatchObject({ holding: 'free' });
    expect(drive.seen.ready).toBe(true);
    await drive.close();
  });

  it('serves whoever has leased the drive and nobody else, and is replaced after that', async () => {
    const leases: Leases = { held: 'lease-1' };
    const { folder } = await outdated(leases);
    const row = { id: 'lease-1', name: 'archive robot', expiresAt: EXPIRES };
    const drive = unit(folder, {
      ...NOTHING_OPEN,
      leaseOf: () => Promise.resolve(leases.held === undefined ? undefined : row),
    });
    await drive.start();
    expect(drive.state).toMatchObject({ holding: 'leased', holder: 'archive robot' });
    expect(drive.seen.ready).toBe(false);
    await expect(drive.lease.hand({ id: 'lease-2', expiresAt: EXPIRES })).rejects.toMatchObject({
      code: 'worker-lost',
    });
    await drive.lease.hand({ id: 'lease-1', expiresAt: EXPIRES });
    expect(drive.attachment).toBe(1);

    await drive.lease.hand(null);
    await drive.lease.follow();
    await expect.poll(() => drive.seen.ready, { timeout: 20_000 }).toBe(true);
    expect(drive.state).toMatchObject({ holding: 'free' });
    await drive.close();
  });
});
