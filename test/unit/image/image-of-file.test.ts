import { mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { isSpindleError } from '../../../src/errors.js';
import type { ImageContents } from '../../../src/image/image-contents.js';
import { openImageFile } from '../../../src/image/image-file.js';
import { writeImageFile } from '../../../src/image/image-file-writer.js';
import { imageOfFile } from '../../../src/image/image-of-file.js';
import { ImageReader } from '../../../src/image/image-reader.js';
import { openRoots } from '../../../src/image/roots.js';
import { isoBytes } from '../../support/mastering.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const contentsOf = (folder: string, path: string): ImageContents =>
  imageOfFile(
    { startBlock: 0, root: 'out', path },
    openRoots([{ name: 'out', path: folder }]),
    '00'.repeat(32),
  );

const codeFor = (folder: string, path: string): string | undefined => {
  try {
    contentsOf(folder, path);
    return undefined;
  } catch (error) {
    return isSpindleError(error) ? error.code : String(error);
  }
};

describe('An image that exists as a file', () => {
  it('is one part of one source, named as its volume', async () => {
    const folder = temporaryFolder();
    mkdirSync(`${folder}/tree`);
    writeFileSync(`${folder}/tree/file`, 'content');
    const bytes = await isoBytes(`${folder}/tree`);
    writeFileSync(`${folder}/disc.iso`, bytes);
    const contents = contentsOf(folder, 'disc.iso');
    expect(contents.summary).toMatchObject({
      bytes: bytes.length,
      volumeIdentifier: 'TEST_VOLUME',
      files: 0,
    });

    writeImageFile(`${folder}/disc.image`, contents);
    const image = openImageFile(`${folder}/disc.image`);
    const reader = new ImageReader(image, [{ name: 'out', path: folder }]);
    const read = Buffer.alloc(bytes.length);
    reader.read(0, 0, read);
    reader.finish();
    expect(read.equals(bytes)).toBe(true);
    expect(image.fileAt(0, 0)).toBe('/disc.iso');
    image.close();
  });

  it('needs no volume that we know', () => {
    const folder = temporaryFolder();
    writeFileSync(`${folder}/noise`, Buffer.alloc(40 * 2048, 'noise'));
    expect(contentsOf(folder, 'noise').summary.volumeIdentifier).toBe('');
  });

  it.each([0, 1, 2047, 2049])('is refused with %i bytes', (size) => {
    const folder = temporaryFolder();
    writeFileSync(`${folder}/odd`, Buffer.alloc(size));
    expect(codeFor(folder, 'odd')).toBe('image-invalid');
  });

  it('is no directory, and it exists', () => {
    expect(codeFor(temporaryFolder(), '')).toBe('image-invalid');
    expect(codeFor(temporaryFolder(), 'none.iso')).toBe('source-missing');
  });
});
