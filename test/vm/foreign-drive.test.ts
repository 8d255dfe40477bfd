import { mkdtempSync, readFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { sharedDaemon } from '../support/daemon.js';
import { cell } from '../support/matrix-cell.js';
import { fillFolder, folderJob } from '../support/sources.js';
import { ForeignDrive } from './foreign-drive.js';
import { MOUNT_POINT, mount, unmount } from './holder.js';

/** As in sharing.test.ts: the daemon has no more rights than a service. */
const SERVICE = 65534;

const daemon = sharedDaemon({ user: SERVICE, workers: { lookIntervalMs: 250 } });
const { api } = daemon;
let foreign: ForeignDrive;

/** The daemon's name of the foreign drive, once it has found it. */
const found = async (): Promise<string> => {
  for (;;) {
    const drive = (await api.drives()).find(({ location }) => location.device === foreign.device);
    if (drive) return drive.id;
    await sleep(50);
  }
};

const filesBelow = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
      .map((file): [string, string] => [file.slice(folder.length), readFileSync(file, 'latin1')])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );

beforeAll(async () => {
  foreign = await ForeignDrive.connect(mkdtempSync(join(tmpdir(), 'fd-')), SERVICE);
  fillFolder(daemon.source, 'folder', 6);
});
afterAll(() => {
  foreign.unplug();
});

describe('a recorder that others wrote', () => {
  // The kernel mounts what was recorded.
  cell({ medium: 'dvd+r', mode: 'image', performer: 'our engine on tgt', always: true }, async () => {
    const drive = await found();
    await api.driveUntil(drive, ({ holding, contents }) => holding === 'free' && contents === 'ready');
    expect(await api.drive(drive)).toMatchObject({ medium: { kind: 'dvd+r', status: 'empty' } });
    const job = await api.submit(folderJob('folder', { verify: 'full' }, { drives: [drive] }));
    const ended = await api.ended(job);
    expect(ended, JSON.stringify(await api.copies(job))).toMatchObject({ state: 'completed', outcome: 'ok' });
    await foreign.probeAgain();
    mount(foreign.device);
    expect(filesBelow(MOUNT_POINT)).toEqual(filesBelow(join(daemon.source, 'folder')));
    unmount();
  });
});
