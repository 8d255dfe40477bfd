/** SEND DISC STRUCTURE, MMC-5 §6.34, format C0h as dvd+rw-tools send it, typed by hand. */
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { openDrive } from '../../src/drive/drive-session.js';
import { setProtection } from '../../src/drive/write-protection.js';
import type { Fault } from '../../src/virtual/faults.js';
import { runCli } from '../support/cli.js';
import { sharedDaemon } from '../support/daemon.js';
import { type Rig, type RigChoice, burnRig, fastTiming } from '../support/burn-rig.js';
import { hex } from '../support/hex.js';
import { cell } from '../support/matrix-cell.js';
import { fillFolder, folderJob } from '../support/sources.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const rigOf = async (choice: RigChoice): Promise<Rig> => {
  const rig = burnRig(temporaryFolder(), choice);
  await rig.report();
  return rig;
};
const set = async ({ drive, commands }: Rig, wanted: boolean): Promise<void> => {
  const transport = {
    execute: (command: (typeof commands)[number]) => {
      commands.push(command);
      return drive.execute(command);
    },
    close: () => Promise.resolve(),
  };
  await setProtection(openDrive({ transport, timing: fastTiming() }), wanted);
};
const protections = async (rig: Rig) => (await rig.report()).medium!.writeProtections;
const sent = ({ commands }: Rig): string[] =>
  commands.flatMap((command) =>
    command.cdb[0] === 0xbf && command.direction === 'to-drive'
      ? [`${hex(command.cdb)} | ${hex(command.data)}`]
      : [],
  );

describe('write protection that is recorded on a medium', () => {
  const protectedOnce = { mode: 'write protected and no more', performer: 'our engine' } as const;
  cell({ ...protectedOnce, medium: ['dvd-ram', 'dvd+rw'], always: 'dvd-ram' }, async (blank) => {
    const rig = await rigOf({ blank });
    const image = randomBytes(100 * 2048);
    await set(rig, true);
    expect(await protections(rig)).toEqual(['persistent']);
    await expect(rig.plan(image)).rejects.toThrow('medium-write-protected');
    await set(rig, true);
    await set(rig, false);
    expect(await protections(rig)).toEqual([]);
    expect((await rig.burn(image)).result.verified).toEqual({ blocks: 100 });
    expect(sent(rig)).toEqual([
      'bf 00 00 00 00 00 00 c0 00 08 00 00 | 00 06 00 00 02 00 00 00',
      'bf 00 00 00 00 00 00 c0 00 08 00 00 | 00 06 00 00 00 00 00 00',
    ]);
  });

  it('is refused where the drive records none on such a medium', async () => {
    for (const blank of ['dvd-r', 'bd-re', 'cd-rw'] as const)
      await expect(set(await rigOf({ blank }), true)).rejects.toMatchObject({
        code: 'protection-unsupported',
      });
  });

  it('is not changed where the tab of a cartridge protects the medium, with the reason', async () => {
    const rig = await rigOf({ blank: 'dvd-ram-cartridge', tab: true });
    for (const wanted of [true, false])
      await expect(set(rig, wanted)).rejects.toMatchObject({
        code: 'medium-write-protected',
        message: expect.stringContaining('only a hand') as string,
      });
    expect(sent(rig)).toEqual([]);
  });

  it('is not believed where the medium does not show it', async () => {
    const rig = await rigOf({ blank: 'dvd-ram' });
    const lost: Fault = {
      when: { opcode: 0xbf },
      do: { action: 'sense', sense: '1/00/00', deferred: false },
      times: 1,
    };
    await rig.drive.setFaults([lost]);
    await expect(set(rig, true)).rejects.toMatchObject({ code: 'proof-failed' });
  });
});

describe('a drive whose medium is protected', () => {
  const daemon = sharedDaemon();
  const { api } = daemon;

  it('keeps jobs waiting with what helps, until it is unprotected', async () => {
    const folder = fillFolder(daemon.source, 'folder', 2);
    const drive = await api.addDrive({ blank: 'dvd-ram', name: 'ram' });
    const spindle = (...args: string[]) => runCli(['--socket', daemon.socket, ...args]);
    expect((await spindle('protect', 'ram')).stdout.toString()).toContain('ram: its medium is protected');
    expect((await api.drive(drive)).medium).toMatchObject({ writeProtections: ['persistent'] });
    const job = await api.submit(folderJob('folder', {}, { drives: [drive] }));
    const waiting = await api.jobUntil(job, ({ state }) => state === 'waiting');
    expect(waiting.reasons).toMatchObject([{ code: 'medium-write-protected', drive }]);
    const plan = await spindle('plan', folder, '-d', 'ram');
    expect(plan.stdout.toString()).toMatch(/refused, medium-write-protected: .*spindle unprotect/);
    await api.post(`/v1/drives/${drive}/actions/unprotect`);
    expect(await api.ended(job)).toMatchObject({ state: 'completed' });
  });
});
