import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { toDrive } from '../../src/drive/command.js';
import { openDrive } from '../../src/drive/drive-session.js';
import { REAL_TIMING } from '../../src/drive/timing.js';
import { waitUntilReady } from '../../src/drive/wait-until-ready.js';
import { write10 } from '../../src/scsi/commands/write-10.js';
import { openSocket } from '../../src/transport/socket.js';
import { createVirtualDrive, insertMedium } from '../../src/virtual/drive-folder.js';
import { createMedium } from '../../src/virtual/medium/medium-store.js';
import { askHand } from '../../src/worker/hand.js';
import { serveVirtualDrive } from '../../src/worker/serve-virtual-drive.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { silentLog } from '../support/test-store.js';

const BUFFER = 256 * 1024;
const BLOCKS = 16;
const BLOCK = 2048;

describe('the statistics of a virtual drive with a process of its own', () => {
  const aHome = async (): Promise<string> => {
    const folder = temporaryFolder();
    const socket = join(folder, 'drive.sock');
    createMedium(join(folder, 'medium'), 'dvd+r');
    createVirtualDrive(join(folder, 'drive'), {
      model: 'dvd-writer',
      speed: 'realtime',
      bufferBytes: BUFFER,
    });
    insertMedium(join(folder, 'drive'), join(folder, 'medium'));
    const home = await serveVirtualDrive(join(folder, 'drive'), socket, { log: silentLog });
    onTestFinished(() => home.close());
    return socket;
  };

  it('tell that the buffer ran empty, while somebody else holds the drive', async () => {
    const socket = await aHome();
    expect(await askHand(socket)).toMatchObject({ bufferBytes: BUFFER, underruns: 0 });
    const transport = await openSocket(socket);
    onTestFinished(() => transport.close());
    const session = openDrive({ transport, timing: REAL_TIMING });
    await waitUntilReady(session, { busyMs: 10_000 });
    // Enough to start the laser, and then nothing more.
    for (let at = 0; at * BLOCK < BUFFER; at += BLOCKS) {
      const fields = { logicalBlockAddress: at, transferLength: BLOCKS };
      await session.run(toDrive(write10, fields, new Uint8Array(BLOCKS * BLOCK)));
    }
    await expect
      .poll(() => askHand(socket), { timeout: 10_000 })
      .toMatchObject({ underruns: 1, lowestFill: 0 });
  });

  it('are not to be had where no drive listens', async () => {
    await expect(askHand(join(tmpdir(), 'spindle-no-such-drive.sock'))).rejects.toMatchObject({
      code: 'drive-lost',
    });
  });
});
