import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { udfRequest } from '../../src/image/udf-request.js';
import { runCli } from '../support/cli.js';
import { extractedFiles } from '../support/extracted-files.js';
import { failingWrites } from '../support/failing-writes.js';
import { hasTool } from '../support/has-tool.js';
import { aTreeRequest, writeIso } from '../support/mastering.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { readUdf } from '../support/udf-reader.js';
import { type Files, writeFiles } from '../support/write-files.js';

const BLOCK = 2048;
const OLD = { 'old.txt': 'old' };
const BOTH = { ...OLD, 'new.txt': 'new' };

const byUdf = (image: string): Files =>
  Object.fromEntries(
    readUdf(readFileSync(image))
      .files.filter(({ type }) => type === 5)
      .map(({ path, content }) => [path.slice(1), content.toString()]),
  );

const byIso = (image: string): Files => {
  const target = temporaryFolder();
  execFileSync('bsdtar', ['-xf', image, '-C', target]);
  return extractedFiles(target);
};

describe.skipIf(!hasTool('gcc') || !hasTool('bsdtar'))('spindle grow on a disk that fails', () => {
  /** A bridge that has grown as far as the disk lets it, and what it was before. */
  const grownUntil = async (badBlock: number) => {
    const folder = temporaryFolder();
    writeFiles(join(folder, 'first'), OLD);
    writeFiles(join(folder, 'second'), { 'new.txt': 'new' });
    const image = join(folder, 'image');
    const udf = udfRequest.parse({ revision: '2.01' });
    await writeIso(join(folder, 'first'), image, aTreeRequest({ udf }));
    const { size } = statSync(image);
    const env = failingWrites(image, (badBlock < 0 ? size / BLOCK - badBlock : badBlock) * BLOCK);
    const arguments_ = ['grow', image, join(folder, 'second'), '--udf', '2.01'];
    const { code, stderr } = await runCli(arguments_, { env: { ...process.env, ...env } });
    expect(code).not.toBe(0);
    return { image, size, stderr, again: () => runCli(arguments_) };
  };

  it('leaves a volume as it was where nothing of it has been written over', async () => {
    const { image, size, stderr } = await grownUntil(-40);
    expect(stderr).not.toContain('volume-half-grown');
    expect(statSync(image).size).toBe(size);
    expect([byUdf(image), byIso(image)]).toEqual([OLD, OLD]);
  });

  it('keeps what is new where one file system shows it already, and the other still what was there', async () => {
    const { image, stderr, again } = await grownUntil(256);
    expect([byUdf(image), byIso(image)]).toEqual([OLD, BOTH]);
    expect(stderr).toMatch(/volume-half-grown.*ISO 9660 may show what is new.*UDF what was there/s);
    expect(stderr).toMatch(/again once the file can be written to/);
    expect(await again()).toMatchObject({ code: 0 });
    expect([byUdf(image), byIso(image)]).toEqual([BOTH, BOTH]);
  });
});
