import { appendFileSync, closeSync, renameSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';

import { openBeneath, openRoot, readWholeBeneath } from '../../../src/os/openat2.js';
import { fstatInto, statRow } from '../../../src/os/stat.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

let folder: string;
let root: number;

beforeEach(() => {
  folder = temporaryFolder();
  writeFileSync(join(folder, 'file'), 'content');
  utimesSync(join(folder, 'file'), 1000, 1000); // what changes within one tick of the clock shows no other time
  root = openRoot(folder);
  onTestFinished(() => {
    closeSync(root);
  });
});

const measured = (path: string): BigInt64Array => {
  const row = statRow();
  const fd = openBeneath(root, path);
  fstatInto(fd, row);
  closeSync(fd);
  return row;
};

/** What is read of what was measured as `row`; undefined where something is in the way. */
const read = (row: BigInt64Array, path = 'file'): string | undefined => {
  const bytes = new Uint8Array(7);
  return readWholeBeneath(root, path, row, bytes) ? Buffer.from(bytes).toString() : undefined;
};

it('a file that is as it was measured is read in whole', () => {
  expect(read(measured('file'))).toBe('content');
});

it.each<[string, () => void]>([
  [
    'has other content of the same length',
    () => {
      writeFileSync(join(folder, 'file'), 'CONTENT');
    },
  ],
  [
    'is longer',
    () => {
      appendFileSync(join(folder, 'file'), '!');
    },
  ],
  [
    'is empty',
    () => {
      writeFileSync(join(folder, 'file'), '');
    },
  ],
  [
    'has another time',
    () => {
      utimesSync(join(folder, 'file'), 1, 1);
    },
  ],
  [
    'is another file',
    () => {
      writeFileSync(join(folder, 'other'), 'content');
      renameSync(join(folder, 'other'), join(folder, 'file'));
    },
  ],
])('a file is not read that %s by now', (_, change) => {
  const row = measured('file');
  change();
  expect(read(row)).toBeUndefined();
});

it('nothing is read through a link, outside of the root, or of what is missing', () => {
  const row = measured('file');
  symlinkSync('file', join(folder, 'link'));
  expect(
    ['link', `../${folder.split('/').at(-1) ?? ''}/file`, 'missing', ''].map((path) => read(row, path)),
  ).toEqual([undefined, undefined, undefined, undefined]);
});
