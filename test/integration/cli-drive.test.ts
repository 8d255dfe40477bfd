import { describe, expect, it } from 'vitest';
import { EXIT } from '../../src/cli/exit-codes.js';
import { runCli } from '../support/cli.js';
import { sharedDaemon } from '../support/daemon.js';

const daemon = sharedDaemon({ config: { rawCommands: 'write' } });
const { api } = daemon;

describe('spindle drive', () => {
  const spindle = (...args: string[]) => runCli(['--socket', daemon.socket, 'drive', ...args]);

  it('shows what a drive says, for people', async () => {
    const id = await api.addDrive({ blank: 'dvd+r' });
    expect((await spindle('features', id)).stdout.toString()).toMatch(/^001Bh +yes +DVD\+R$/m);
    expect((await spindle('mode-pages', id, '1Dh')).stdout.toString()).toMatch(
      /^1Dh .*\n {2}current +1d 08 00 00 00 00 00 1e 00 78$/m,
    );
    expect((await spindle('structure', id)).stdout.toString()).toMatch(/^FORMAT +READ +SEND/);
    expect((await spindle('track-info', id, '--track', '1')).stdout.toString()).toMatch(/^00000 {2}00 2/m);
  });

  it('sets a mode page and sends a structure with a lease of its own, and gives the drive back', async () => {
    const id = await api.addDrive({ blank: 'dvd+r-dl' });
    const set = await spindle('set-page', id, '1Dh', '1d 08 00 00 00 00 00 2d 00 78');
    expect(set.stdout.toString()).toContain('group1MinimumTimeout 45');
    const sent = await spindle('send-structure', id, '20h', '0000000000100000', '--media', 'dvd');
    expect(sent).toMatchObject({ code: EXIT.ok });
    const { medium } = await api.driveUntil(id, (seen) => seen.medium?.layerBreak?.fixed === true);
    expect(medium?.layerBreak?.blocks).toBe(0x100000);
    expect((await api.drive(id)).holding).toBe('free');
  });

  it(
    'asks a drive that the same client has leased, by the lease, and moves its tray',
    { timeout: 120_000 },
    async () => {
      const id = await api.addDrive({ blank: 'dvd+r' });
      const { body } = await api.post(`/v1/drives/${id}/lease`, { name: 'ripper' });
      const { id: lease } = body as { id: string };
      for (const question of [
        ['features', id],
        ['mode-pages', id],
        ['mode-pages', id, '1Dh'],
        ['structure', id],
        ['structure', id, '0'],
        ['disc-info', id],
        ['track-info', id, '--track', '1'],
      ]) {
        expect((await spindle(...question)).stderr).toContain('drive-leased');
        expect((await spindle(...question, '--lease', lease)).code, question.join(' ')).toBe(EXIT.ok);
      }
      const eject = ['--socket', daemon.socket, 'eject', id];
      expect((await runCli(eject)).stderr).toContain('drive-leased');
      expect((await runCli([...eject, '--lease', lease])).code).toBe(EXIT.ok);
    },
  );

  it.each([
    [['mode-pages', 'zz'], /CODE must be a code of one byte, such as 2Ah, 0x2a or 42\./],
    [['structure', 'zz'], /FORMAT must be a code of one byte/],
    [['track-info'], /Name the track by one of --track, --lba and --session\./],
    [['track-info', '--lba', '0', '--track', '1'], /Name the track by one of/],
  ])('refuses %j as a wrong command line', async ([command = '', ...rest], said) => {
    const { code, stderr } = await spindle(command, await api.addDrive(), ...rest);
    expect(stderr).toMatch(said);
    expect(code).toBe(EXIT.usage);
  });

  it('sets back how errors are recovered when the lease that it took for that ends', async () => {
    const id = await api.addDrive({ blank: 'dvd+r' });
    const shown = (text: Buffer): string => /current +([0-9a-f ]+)$/m.exec(text.toString())?.[1] ?? '';
    const look = async (): Promise<string> => shown((await spindle('mode-pages', id, '01h')).stdout);
    const before = await look();
    // No second try for a block that was read badly.
    const set = before.replace(/^(01 0a [0-9a-f]{2} )[0-9a-f]{2}/, '$100');
    expect(set).not.toBe(before);
    expect(shown((await spindle('set-page', id, '01h', set)).stdout)).toBe(set);
    expect(await look()).toBe(before);
  });

  it('leads nobody to the class of what nobody knows who only forgot where data go', async () => {
    const { code, stderr } = await spindle('command', await api.addDrive(), '12 00 00 00 24 00');
    expect(code).toBe(EXIT.refused);
    expect(stderr).toContain('INQUIRY has the direction --read');
  });

  it.each([
    [['12 00 00 00 24 00', '--read', '-1'], /--read <bytes>' argument '-1' is invalid/],
    [['12 00 00 00 24 00', '--read', '36', '--write', 'file'], /cannot be used with/],
    [['00 00 00 00 00 00', '--timeout', '0'], /0.1 to 600/],
    [['zz 00'], /CDB must be pairs of hex digits/],
  ])('says what is wrong with %j in its own words', async (args, said) => {
    const { code, stderr } = await spindle('command', await api.addDrive(), ...args);
    expect(code).toBe(EXIT.usage);
    expect(stderr).toMatch(said);
  });

  it('says so where the bytes to be sent are in no file', async () => {
    const { code, stderr } = await spindle(
      'command',
      await api.addDrive(),
      '55 10 00 00 00 00 00 00 10 00',
      '--write',
      '/nowhere',
    );
    expect(code).toBe(EXIT.refused);
    expect(stderr).toContain('/nowhere');
    expect(stderr).not.toContain('    at ');
  });

  it('takes a lease for its command, shows what came, and gives the drive back', async () => {
    const id = await api.addDrive({ blank: 'cd-r' });
    const { code, stdout } = await spindle('command', id, '12 00 00 00 24 00', '--read', '36');
    expect(code).toBe(EXIT.ok);
    expect(stdout.toString()).toMatch(/^INQUIRY: good, 36 bytes, [\d.]+ ms\n00000 {2}05 80 /);
    expect((await api.drive(id)).holding).toBe('free');
    const refusal = await spindle('command', id, '28 00 7f ff ff ff 00 00 01 00', '--read', '2048');
    expect(refusal.code).toBe(EXIT.refused);
    expect(refusal.stdout.toString()).toContain('5/21/00, LOGICAL BLOCK ADDRESS OUT OF RANGE');
  });
});
