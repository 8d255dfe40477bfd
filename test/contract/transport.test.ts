import { join } from 'node:path';
import { describe, it, onTestFinished } from 'vitest';

import { type Transcript, recordTransport } from '../../src/transport/recording.js';
import { replayTransport } from '../../src/transport/replay.js';
import { serveSocket } from '../../src/transport/serve-socket.js';
import { openSocket } from '../../src/transport/socket.js';
import type { Transport } from '../../src/transport/transport.js';
import { hasCompiler } from '../support/compiled.js';
import { scriptedDrive } from '../support/scripted-drive.js';
import { openSgProcess } from '../support/sg-process.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { TRANSPORT_CONTRACT, describeTransport } from './transport.contract.js';

const servedDrive = async (): Promise<string> => {
  const path = join(temporaryFolder(), 'drive.sock');
  const server = await serveSocket(path, scriptedDrive());
  onTestFinished(() => server.close());
  return path;
};

const openServed = async (): Promise<Transport> => openSocket(await servedDrive());

const inMemory = (lines: string[]): Transcript => ({
  append: (entry) => lines.push(JSON.stringify(entry)),
  close: () => Promise.resolve(),
});

describeTransport('socket', openServed);
describeTransport('recording', async () => recordTransport(await openServed(), inMemory([])));

describe('transport replay', () => {
  it.each(TRANSPORT_CONTRACT)('$title', async ({ check }) => {
    const lines: string[] = [];
    await check(recordTransport(await openServed(), inMemory(lines)));
    await check(replayTransport(lines.join('\n')));
  });
});

if (hasCompiler()) describeTransport('sg', async () => openSgProcess(await servedDrive()));
else describe.skip('transport sg: gcc is missing, so the shim cannot be built');
