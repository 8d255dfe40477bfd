import { expect, it } from 'vitest';
import { startDaemon } from '../support/daemon.js';

it('a virtual drive with a process of its own that is removed takes its process with it', async () => {
  const daemon = await startDaemon();
  const drive = await daemon.api.addDrive({ blank: 'dvd+r', home: 'process' });
  expect(daemon.pidsOf('worker/virtual-home', drive)).toHaveLength(1);
  expect((await daemon.api.delete(`/v1/virtual-drives/${drive}`)).status).toBe(204);
  await expect.poll(() => daemon.pidsOf('worker/virtual-home', drive), { timeout: 20_000 }).toEqual([]);
});
