import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startDaemon, type TestDaemon } from '../support/daemon.js';
import { until } from '../support/processes.js';

it('a virtual drive with a process of its own that is removed takes its process with it', async () => {
  const daemon = await startDaemon();
  const drive = await daemon.api.addDrive({ blank: 'dvd+r', home: 'process' });
  expect(daemon.pidsOf('worker/virtual-home', drive)).toHaveLength(1);
  expect((await daemon.api.delete(`/v1/virtual-drives/${drive}`)).status).toBe(204);
  await expect.poll(() => daemon.pidsOf('worker/virtual-home', drive), { timeout: 20_000 }).toEqual([]);
});

it(
  'one whose process is stuck keeps nobody from removing it, nor from other drives',
  { timeout: 120_000 },
  async () => {
    const daemon = await startDaemon();
    const { api } = daemon;
    const drive = await api.addDrive({ blank: 'dvd+r', home: 'process' });
    const [home] = daemon.pidsOf('worker/virtual-home', drive);
    process.kill(home!, 'SIGSTOP');
    const removed = api.delete(`/v1/virtual-drives/${drive}`);
    await expect(api.addDrive({ blank: 'dvd+r' })).resolves.toBeDefined();
    expect((await removed).status).toBe(204);
    await expect.poll(() => daemon.pidsOf('worker/virtual-home', drive), { timeout: 20_000 }).toEqual([]);
    expect(existsSync(join(daemon.state, 'virtual', 'drives', drive))).toBe(false);
  },
);

it.each([
  [
    'by whoever looks for it',
    async ({ api }: TestDaemon, drive: string) =>
      (await api.post(`/v1/drives/${drive}/actions/rescan`, {})).body,
  ],
  [
    'by itself',
    ({ api }: TestDaemon, drive: string) =>
      api.driveUntil(drive, ({ holding, contents }) => holding === 'free' && contents === 'empty'),
  ],
])('one whose process cannot be started is a drive that is off, and is switched on %s', async (_, on) => {
  const daemon = await startDaemon();
  const { api } = daemon;
  const sockets = join(daemon.runtime, 'v');
  writeFileSync(sockets, 'no directory');
  const made = await api.post('/v1/virtual-drives', { name: 'off', model: 'bd-writer', home: 'process' });
  expect(made.status).toBe(201);
  const { id } = made.body as { id: string };
  await expect
    .poll(async () => (await api.get(`/v1/drives/${id}`)).body, { timeout: 20_000 })
    .toMatchObject({
      holding: 'absent',
      problem: { code: 'configuration-invalid', detail: expect.stringContaining(sockets) as string },
    });
  rmSync(sockets);
  expect(await on(daemon, id)).toMatchObject({ holding: 'free', contents: 'empty' });
});

it(
  'one whose medium is damaged says so, and is not waited for by whoever makes or removes others',
  { timeout: 180_000 },
  async () => {
    const daemon = await startDaemon();
    const { api } = daemon;
    const drive = await api.addDrive({ blank: 'dvd+r', home: 'process' });
    const { medium } = (await api.get(`/v1/virtual-drives/${drive}`)).body as { medium: string };
    const tables = join(daemon.state, 'virtual', 'media', medium, 'medium.json');
    const whole = readFileSync(tables);
    await daemon.stop();
    const [home] = daemon.pidsOf('worker/virtual-home', drive);
    process.kill(home!, 'SIGTERM');
    await until('the drive was switched off', () => daemon.pidsOf('worker/virtual-home', drive).length === 0);
    writeFileSync(tables, '{');

    await daemon.start();
    const { log } = daemon;
    expect(log).toContain(`ended with code 1; see ${join(daemon.state, 'log', `home-${drive}.log`)}`);
    expect(await api.drive(drive)).toMatchObject({
      holding: 'absent',
      problem: { code: 'drive-absent', detail: expect.stringContaining('ended with code 1') as string },
    });
    for (let count = 1; count <= 3; count += 1)
      await api.delete(`/v1/virtual-drives/${await api.addDrive()}`);

    writeFileSync(tables, whole);
    const looked = await api.post(`/v1/drives/${drive}/actions/rescan`, {});
    expect(looked).toMatchObject({ status: 200, body: { holding: 'free', contents: 'ready' } });
  },
);
