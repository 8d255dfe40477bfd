import { chmodSync, chownSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { prepareOwnDirectory } from '../../../src/os/own-directory.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const refused = expect.objectContaining({ code: 'configuration-invalid' }) as Error;

describe('a directory of the service', () => {
  it('is made where there is none', () => {
    const directory = join(temporaryFolder(), 'deeper', 'run');
    prepareOwnDirectory(directory, 0o755);
    expect(statSync(directory).isDirectory()).toBe(true);
  });

  it.each(['/dev/null/run', '/proc/spindle'])('is refused where none can be made: %s', (directory) => {
    expect(() => {
      prepareOwnDirectory(directory, 0o755);
    }).toThrow(refused);
  });

  it.each([0o777, 0o775])('is refused when others may write there', (mode) => {
    const directory = temporaryFolder();
    chmodSync(directory, mode);
    expect(() => {
      prepareOwnDirectory(directory, 0o755);
    }).toThrow(refused);
  });

  it.skipIf(process.getuid?.() !== 0)('is refused when somebody else has made it', () => {
    const directory = temporaryFolder();
    chownSync(directory, 65_534, 65_534);
    expect(() => {
      prepareOwnDirectory(directory, 0o755);
    }).toThrow(refused);
  });

  it('is refused behind a link', () => {
    const link = join(temporaryFolder(), 'link');
    symlinkSync(temporaryFolder(), link);
    expect(() => {
      prepareOwnDirectory(link, 0o755);
    }).toThrow(refused);
  });
});
