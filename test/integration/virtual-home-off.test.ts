import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startDaemon } from '../support/daemon.js';

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

it('one whose process cannot be started is a drive that is switched off, and is switched on by the next look', async () => {
  const daemon = await startDaemon();
  const { api } = daemon;
  const sockets = join(daemon.runtime, 'v');
  writeFileSync(sockets, 'no directory');
  const made = await api.post('/v1/virtual-drives', { name: 'off', model: 'bd-writer', home: 'process' });
  expect(made.status).toBe(201);
  const { id } = made.body as { id: string };
  await expect
    .poll(async () => (await api.get(`/v1/drives/${id}`)).body, { timeout: 20_000 })
    .toMatchObject({ holding: 'absent', problem: { code: 'drive-lost' } });
  rmSync(sockets);
  const looked = await api.post(`/v1/drives/${id}/actions/rescan`, {});
  expect(looked).toMatchObject({ status: 200, body: { holding: 'free', contents: 'empty' } });
});
