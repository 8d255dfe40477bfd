import { openSync, closeSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { boundPath } from '../../../src/os/bound-path.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const listening = async (path: string): Promise<number> => {
  const server = createServer();
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return (server as unknown as { _handle: { fd: number } })._handle.fd;
};

it('tells where a socket lies, whatever its path looks like', async () => {
  for (const name of ['api.sock', 'a socket of ours', 'söckel'])
    await expect(listening(join(temporaryFolder(), name)).then(boundPath)).resolves.toMatch(
      new RegExp(`/${name}$`),
    );
});

it('tells nothing of what is no socket, or is not there', () => {
  const fd = openSync('/dev/null', 'r');
  expect(boundPath(fd)).toBeUndefined();
  closeSync(fd);
  expect(boundPath(1_000_000)).toBeUndefined();
});
