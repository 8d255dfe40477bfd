import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { exportImage } from '../../src/virtual/medium/export-image.js';
import { serveVirtualDrive } from '../../src/worker/serve-virtual-drive.js';
import { silentLog } from '../support/test-store.js';
import { WorkerRig, ended } from '../support/worker-rig.js';
import { SHIM_DEVICE, shimEnvironment } from './shim/shim.js';
import { hasCompiler } from '../support/compiled.js';

describe('a worker in front of a device', () => {
  it.skipIf(!hasCompiler())('records through SG_IO as it does on a virtual drive [gcc]', async () => {
    const rig = new WorkerRig();
    const contents = randomBytes(2_000_000);
    writeFileSync(join(rig.source, 'file.bin'), contents);
    await rig.master();
    const socket = join(rig.folder, 'drive.sock');
    const home = await serveVirtualDrive(rig.driveFolder, socket, { log: silentLog });
    onTestFinished(() => home.close());
    rig.environment = shimEnvironment(socket);
    rig.start({ location: { transport: 'sg', device: SHIM_DEVICE } });
    const client = await rig.connect();
    await client.attach();
    expect(await client.request({ do: 'look' })).toMatchObject({ value: { presence: 'present' } });
    await rig.begin(client);
    expect(await ended(client)).toMatchObject({ result: 'good' });
    expect(await rig.quit(client)).toEqual([0, null]);
    await home.close();
    const iso = join(rig.folder, 'disc.iso');
    await exportImage(rig.medium, iso);
    expect(readFileSync(iso).includes(contents)).toBe(true);
  });

  it.skipIf(!hasCompiler())('says that a drive is absent that nobody has connected [gcc]', async () => {
    const rig = new WorkerRig();
    rig.start({ location: { transport: 'sg', device: '/dev/sr-none' } });
    const client = await rig.connect();
    await client.attach();
    expect(await client.request({ do: 'look' })).toMatchObject({
      value: { presence: 'absent', problem: { code: 'drive-absent' } },
    });
  });
});
