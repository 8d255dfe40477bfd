import { mkdtempSync, readdirSync, readFileSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { udfRequest } from '../../src/image/udf-request.js';
import type { TreeRequest } from '../../src/image/master-request.js';
import { sharedDaemon } from '../support/daemon.js';
import { appendSession } from '../support/file-sessions.js';
import { growImage } from '../support/grow-image.js';
import { aTreeRequest, writeIso } from '../support/mastering.js';
import { folderJob } from '../support/sources.js';
import { writeFiles } from '../support/write-files.js';
import { MOUNT_POINT } from './holder.js';
import { mounted as mountedAs, run } from './mounted.js';
import { KernelDrive } from './kernel-drive.js';

/** Sessions with UDF, mounted by the kernel: from files, of which it is told the session, and from a drive, which it asks for the last one. */

const daemon = sharedDaemon();
const { api } = daemon;
const scratch = mkdtempSync(join(tmpdir(), 'udf-sessions-'));

const FIRST = { 'kept/deep/old.txt': 'old', 'kept/both.txt': 'the old one', 'long.txt': 'x'.repeat(5000) };
const SECOND = { 'kept/both.txt': 'the new one', 'new/ünï – цод.txt': 'new'.repeat(3000) };
const BOTH = { ...FIRST, ...SECOND };

const filesIn = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
      .map((file) => [file.slice(folder.length + 1), readFileSync(file, 'utf8')]),
  );

/** What the kernel shows of a device or an image. */
const mounted = (what: string, options: string): Record<string, string> =>
  mountedAs({ type: 'udf', from: what, options: `ro,${options}` }, () => filesIn(MOUNT_POINT));

const request = (udf: object, differences: Partial<TreeRequest> = {}): TreeRequest =>
  aTreeRequest({ ...differences, udf: udfRequest.parse(udf) });

beforeAll(() => {
  for (const module of ['loop', 'udf']) run('modprobe', module);
  for (const root of [scratch, daemon.source])
    for (const [name, files] of Object.entries({ first: FIRST, second: SECOND }))
      writeFiles(join(root, name), files);
});

const first = join(scratch, 'first');
const second = join(scratch, 'second');
const image = join(scratch, 'sessions.img');

describe.each(['1.02', '1.50', '2.00', '2.01', '2.50', '2.60'])('A later session of UDF %s', (revision) => {
  it.each([true, false])('shows both trees to the kernel, with ISO 9660: %s', async (iso9660) => {
    const asked = request({ revision }, { iso9660 });
    await writeIso(first, image, asked);
    const { start } = await appendSession(image, second, { request: asked, gap: 64 });
    expect(mounted(image, `loop,session=${start}`)).toEqual(BOTH);
    expect(mounted(image, 'loop')).toEqual(FIRST);
  });

  it.each([true, false])(
    'shows both trees to the kernel where the volume has grown, with ISO 9660: %s',
    async (iso9660) => {
      const asked = request({ revision }, { iso9660 });
      await writeIso(first, image, asked);
      await growImage(image, second, asked);
      // As on a medium, whose last blocks hold nothing of the volume.
      truncateSync(image, 20_000 * 2048);
      expect(mounted(image, 'loop')).toEqual(BOTH);
    },
  );
});

describe.each(['1.50', '2.00', '2.01', '2.50', '2.60'])('The next table of UDF %s', (revision) => {
  it('shows both trees to the kernel, from either session', async () => {
    const asked = request({ revision, access: 'write-once' }, { iso9660: false });
    await writeIso(first, image, asked);
    const { start } = await appendSession(image, second, { request: asked });
    expect(mounted(image, 'loop')).toEqual(BOTH);
    expect(mounted(image, `loop,session=${start}`)).toEqual(BOTH);
  });
});

describe('A drive of the kernel', () => {
  let kernelDrive: KernelDrive;
  let drive = '';

  beforeAll(async () => {
    kernelDrive = await KernelDrive.connect({
      folder: mkdtempSync(join(tmpdir(), 'kd-')),
      group: 0,
      number: 3,
    });
    await kernelDrive.insert('cd-r');
    while (drive === '') {
      drive = (await api.drives()).find(({ contents }) => contents === 'ready')?.id ?? '';
      if (drive === '') await sleep(50);
    }
  });
  afterAll(() => {
    kernelDrive.unplug();
  });

  const record = async (name: string, burn: object, volume: object): Promise<void> => {
    await api.driveUntil(drive, ({ holding, contents }) => holding === 'free' && contents === 'ready');
    const job = await api.submit(folderJob(name, burn, { drives: [drive], volume }));
    expect(await api.ended(job)).toMatchObject({ state: 'completed', outcome: 'ok' });
  };

  it.each([
    ['cd-r', { revision: '2.01' }],
    ['cd-r', { revision: '2.01', access: 'write-once' }],
    ['dvd+r', { revision: '1.50', access: 'write-once' }],
  ] as const)('finds the last session of a %s (%o)', async (blank, udf) => {
    await kernelDrive.exchange(blank);
    await record('first', { close: 'session' }, { udf });
    await record('second', { close: 'session', onNonBlank: 'append' }, { udf });
    expect(mounted(kernelDrive.device, 'nosuid')).toEqual(BOTH);
  });

  it.each([
    ['dvd+rw', '2.01'],
    ['bd-re', '2.50'],
    ['dvd-ram', '1.02'],
  ] as const)(
    'mounts the UDF of a %s that has grown by jobs, without ISO 9660 (%s)',
    async (blank, revision) => {
      const volume = { iso9660: false, udf: { revision } };
      await kernelDrive.exchange(blank);
      await record('first', {}, volume);
      expect(mounted(kernelDrive.device, 'nosuid')).toEqual(FIRST);
      await record('second', { onNonBlank: 'append' }, volume);
      expect(mounted(kernelDrive.device, 'nosuid')).toEqual(BOTH);
    },
  );
});
