import { chmodSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../../src/cli/exit-codes.js';
import { type CliResult, runCli } from '../support/cli.js';
import { startDaemon } from '../support/daemon.js';
import { asUnprivileged } from '../support/unprivileged.js';

/** Only root can become somebody else. */
const asRoot = it.skipIf(process.getuid?.() !== 0);

/** The command line in the hands of nobody. */
const asNobody = (...args: string[]): Promise<CliResult> => runCli(args, { ...asUnprivileged(), cwd: '/' });

describe('whoever may not use the Unix socket', () => {
  asRoot('is told so, and whose it is; not to start a daemon', async () => {
    const { socket } = await startDaemon();
    const { code, stderr } = await asNobody('--socket', socket, 'drives');
    expect(code).toBe(EXIT.refused);
    expect(stderr).toContain(`socket-not-permitted: ${socket}: `);
    expect(stderr).toContain('user 0 and group root, mode 0660');
    expect(stderr).toContain('by the group that the message names');
    expect(stderr).not.toContain('npm start');
  });

  asRoot('is told so where a directory above it is closed', async () => {
    const daemon = await startDaemon();
    chmodSync(daemon.folder, 0o700);
    const { code, stderr } = await asNobody('--socket', daemon.socket, 'drives');
    expect(code).toBe(EXIT.refused);
    expect(stderr).toContain(`The kernel does not let you into ${daemon.runtime}`);
  });

  asRoot('and reaches it, since groups are configured, is sent to the administrator', async () => {
    const { socket } = await startDaemon({ config: { groups: ['4711'] } });
    const { code, stderr } = await asNobody('--socket', socket, 'drives');
    expect(code).toBe(EXIT.refused);
    expect(stderr).toContain('for the Unix socket have the administrator add you to a group');
    expect(stderr).not.toContain('or use the Unix socket');
  });
});
