import { mkdirSync, renameSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../../src/cli/exit-codes.js';
import { runCli } from '../support/cli.js';
import { startDaemon, type TestDaemon } from '../support/daemon.js';
import { killProcess } from '../support/processes.js';

const doctor = async ({ socket }: TestDaemon) => {
  const { code, stdout, stderr } = await runCli(['--socket', socket, 'doctor']);
  return { code, said: stdout.toString(), stderr };
};

describe('spindle doctor, and /readyz', () => {
  it('find nothing amiss with a daemon that can record, and know its drives', async () => {
    const daemon = await startDaemon({ virtualDrives: 1 });
    const { code, said } = await doctor(daemon);
    expect(code).toBe(EXIT.ok);
    expect(said).toMatch(/^ok\s+state directory: /m);
    expect(said).toMatch(new RegExp(`^ok\\s+root source: ${daemon.source}$`, 'm'));
    expect(said).toMatch(/^ok\s+drive virtual-1: SPINDLE/m);
  });

  it('tell that the state directory is gone, and that it is back', async () => {
    const daemon = await startDaemon();
    const elsewhere = `${daemon.state}-elsewhere`;
    renameSync(daemon.state, elsewhere);
    mkdirSync(daemon.state);
    const { body, status } = await daemon.api.ask('GET', '/readyz');
    expect(status).toBe(503);
    expect(body).toMatchObject({
      code: 'daemon-not-ready',
      errors: [
        { pointer: '/stateDirectory', message: expect.stringContaining('cannot be written') as string },
      ],
    });
    expect(JSON.stringify(body)).not.toContain(daemon.folder);
    const { code, said } = await doctor(daemon);
    expect(code).toBe(EXIT.refused);
    expect(said).toMatch(/^FAIL\s+state directory: .*cannot be written/m);

    rmdirSync(daemon.state);
    renameSync(elsewhere, daemon.state);
    expect((await daemon.api.ask('GET', '/readyz')).status).toBe(200);
  });

  it('warns of a root that is not there, and of a drive that is switched off', async () => {
    const daemon = await startDaemon({ virtualDrives: 1, roots: { archive: '/nonexistent/archive' } });
    const [drive] = await daemon.api.drives();
    await daemon.api.patch(`/v1/drives/${drive!.id}`, { enabled: false });
    const { code, said } = await doctor(daemon);
    expect(code).toBe(EXIT.ok);
    expect(said).toMatch(/^warn\s+root archive: \/nonexistent\/archive is not there/m);
    expect(said).toMatch(/^warn\s+drive virtual-1: switched off/m);
  });

  it('warns of a virtual drive that could not be switched on', async () => {
    const daemon = await startDaemon();
    const drive = await daemon.api.addDrive();
    await daemon.stop();
    for (const pid of daemon.workersOf(drive)) await killProcess(pid);
    writeFileSync(join(daemon.state, 'virtual', 'drives', drive, 'drive.json'), '{}');
    await daemon.start();
    const { said } = await doctor(daemon);
    expect(said).toMatch(/^warn\s+drive test: not switched on/m);
  });

  it('fails for a virtual drive that does not answer any more', async () => {
    const daemon = await startDaemon();
    const { api } = daemon;
    const drive = await api.addDrive();
    await api.faults(
      drive,
      [0x00, 0x4a].map((opcode) => ({ when: { opcode }, do: { action: 'unplug' } })),
    );
    await api.driveUntil(drive, ({ problem }) => problem !== undefined);
    const { code, said, stderr } = await doctor(daemon);
    expect(code).toBe(EXIT.refused);
    expect(said).toMatch(/^FAIL\s+drive test: /m);
    expect(stderr).toMatch(/^spindle: drive-[a-z]+: drive test: /);
  });
});
