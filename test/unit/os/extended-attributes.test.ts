import { execFileSync } from 'node:child_process';
import { closeSync, symlinkSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';

import { userAttributes } from '../../../src/os/extended-attributes.js';
import { openRoot } from '../../../src/os/openat2.js';
import { hasTool } from '../../support/has-tool.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

it.skipIf(!hasTool('python3'))(
  'what users attached to a file is read, whatever bytes it is, and nothing of a link',
  () => {
    const folder = temporaryFolder();
    writeFileSync(`${folder}/file`, '');
    writeFileSync(`${folder}/bare`, '');
    symlinkSync('file', `${folder}/link`);
    execFileSync('python3', [
      '-c',
      'import os, sys; os.setxattr(sys.argv[1], "user.note", b"\\x00\\xff"); os.setxattr(sys.argv[1], "user.empty", b"")',
      `${folder}/file`,
    ]);
    const root = openRoot(folder);
    const found = Object.fromEntries(userAttributes(root, 'file').map(([name, value]) => [name, [...value]]));
    expect(found).toEqual({ note: [0, 255], empty: [] });
    expect(userAttributes(root, 'bare')).toEqual([]);
    expect(userAttributes(root, 'link')).toEqual([]);
    closeSync(root);
  },
);
