import { join } from 'node:path';

import { onTestFinished } from 'vitest';

import { serveSocket } from '../../src/transport/serve-socket.js';
import { openSocket } from '../../src/transport/socket.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { aVirtualDrive } from '../support/virtual-drive.js';
import { describeTransport } from './transport.contract.js';

describeTransport('virtual', () => Promise.resolve(aVirtualDrive({ blank: 'dvd+r' }).drive));

describeTransport('virtual with a home of its own, by socket', async () => {
  const { drive } = aVirtualDrive({ blank: 'cd-rw' });
  const path = join(temporaryFolder(), 'drive.sock');
  const server = await serveSocket(path, drive);
  onTestFinished(() => server.close());
  return openSocket(path);
});
