import { chmodSync, chownSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkSocketOwner } from '../../../src/cli/trusted-socket.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const NOBODY = 65_534;

/** A socket's path in a directory of that user, in one with that mode. */
const socketIn = (around: number, owner?: number): string => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'run'));
  if (owner !== undefined) chownSync(join(folder, 'run'), owner, owner);
  chmodSync(folder, around);
  return join(folder, 'run', 'api.sock');
};

describe('the socket of a daemon', () => {
  it.skipIf(process.getuid?.() !== 0)('is not trusted where somebody else has made its directory', () => {
    expect(() => {
      checkSocketOwner(socketIn(0o1777, NOBODY));
    }).toThrow(/belongs to user 65534/);
  });

  it.skipIf(process.getuid?.() !== 0)('is trusted where only the system can have made it', () => {
    checkSocketOwner(socketIn(0o755, NOBODY));
  });

  it('is trusted in a directory of our own, wherever it lies', () => {
    checkSocketOwner(socketIn(0o1777));
  });

  it('may be missing: then there is no daemon', () => {
    checkSocketOwner(join(temporaryFolder(), 'none', 'api.sock'));
  });
});
