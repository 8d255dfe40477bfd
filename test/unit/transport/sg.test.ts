import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';

import { openSg } from '../../../src/transport/sg.js';
import { serveSocket } from '../../../src/transport/serve-socket.js';
import { programPath } from '../../../src/program.js';
import { hasCompiler } from '../../support/compiled.js';
import { sendRaw } from '../../support/raw-command.js';
import { scriptedDrive } from '../../support/scripted-drive.js';
import { openSgProcess } from '../../support/sg-process.js';
import { runUnprivileged } from '../../support/unprivileged.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

it('says that a drive is not there', async () => {
  await expect(openSg('/dev/spindle-none', 'exclusive')).rejects.toMatchObject({ code: 'drive-absent' });
  await expect(openSg('/dev/spindle-none', 'look')).rejects.toMatchObject({ code: 'drive-absent' });
});

it('says that something is not a drive', async () => {
  const file = join(temporaryFolder(), 'file');
  writeFileSync(file, '');
  for (const path of [file, '/dev/null']) {
    await expect(openSg(path, 'exclusive')).rejects.toMatchObject({
      code: 'device-error',
      message: expect.stringContaining('ENOTTY') as string,
    });
  }
});

it('says that the user of the program may not use a drive', () => {
  const file = join(temporaryFolder(), 'file');
  writeFileSync(file, '', { mode: 0o600 });
  const { stdout, stderr } = runUnprivileged(
    `import { openSg } from ${JSON.stringify(programPath('transport/sg'))};
     await openSg(process.argv[1], 'exclusive').catch((error) => console.log(error.code));`,
    file,
  );
  expect(stdout + stderr).toBe(process.getuid?.() === 0 ? 'drive-not-permitted\n' : 'device-error\n');
});

it.skipIf(!hasCompiler())('says that the kernel keeps one command to others, and goes on [gcc]', async () => {
  const socket = join(temporaryFolder(), 'drive.sock');
  const server = await serveSocket(socket, scriptedDrive());
  onTestFinished(() => server.close());
  const transport = await openSgProcess(socket, 'exclusive', { SGSHIM_KEPT: 'bd' });
  await expect(sendRaw(transport, 'bd 00 00 00 00 00 00 00 00 08 00 00', 8)).rejects.toMatchObject({
    code: 'command-not-permitted',
  });
  expect(await sendRaw(transport, '00 00 00 00 00 00')).toMatchObject({ status: 'good' });
});
