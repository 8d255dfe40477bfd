import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { udfRequest } from '../../src/image/udf-request.js';
import type { TreeRequest } from '../../src/image/master-request.js';
import { appendSession } from '../support/file-sessions.js';
import { extractedFiles } from '../support/extracted-files.js';
import { hasTool } from '../support/has-tool.js';
import { aTreeRequest, scratchFolder, writeIso } from '../support/mastering.js';
import { readUdf } from '../support/udf-reader.js';
import { type Files, writeFiles } from '../support/write-files.js';

/** Sessions with UDF that go on with others, as one sees the whole medium. Read by programs of others and by the reader of the tests. */

const scratch = scratchFolder('udf-sessions');
const at = (name: string): string => `${scratch.path}/${name}`;
afterAll(scratch.remove);

const KEPT = { 'kept/deep/old.txt': 'old', 'kept/both.txt': 'the old one' };
const FIRST = { ...KEPT, 'gone.txt': 'x'.repeat(5000) };
const SECOND = { 'kept/both.txt': 'the new one', 'new/ünï – цод.txt': 'new'.repeat(3000) };
const THIRD = { 'third.txt': 'third' };

const folder = (name: string, files: Files): string => {
  writeFiles(at(name), files);
  return at(name);
};

beforeAll(() => {
  folder('first', FIRST);
  folder('second', SECOND);
  folder('third', THIRD);
});

const request = (udf: object, differences: Partial<TreeRequest> = {}): TreeRequest =>
  aTreeRequest({ ...differences, udf: udfRequest.parse(udf) });

/** Files and contents as the reader of the tests has them in the session at a block. */
const shown = (image: string, session: number): Record<string, string> =>
  Object.fromEntries(
    readUdf(readFileSync(image), { session })
      .files.filter(({ type }) => type === 5)
      .map(({ path, content }) => [path.slice(1), content.toString()]),
  );

/** Files and contents as 7-Zip or another program extracts them. */
const extracted = (image: string, session: number): Record<string, string> => {
  const target = at('extracted');
  rmSync(target, { recursive: true, force: true });
  execFileSync(
    'xorriso',
    [
      ...['-osirrox', 'on', '-load', 'sbsector', String(session), '-indev', `stdio:${image}`],
      ...['-extract', '/', target],
    ],
    { stdio: 'ignore' },
  );
  return extractedFiles(target);
};

const REVISIONS = ['1.02', '1.50', '2.00', '2.01', '2.50', '2.60'] as const;

describe.each(REVISIONS)('A session of UDF %s behind one that is whole in itself', (revision) => {
  it('shows the files of that where they lie, by UDF and by ISO 9660', async () => {
    const image = at(`whole-${revision}.iso`);
    await writeIso(at('first'), image, request({ revision }));
    const second = await appendSession(image, at('second'), { request: request({ revision }), gap: 4096 });
    const expected = { ...FIRST, ...SECOND };
    expect(shown(image, second.start)).toEqual(expected);
    expect(shown(image, 0)).toEqual(FIRST);
    if (hasTool('xorriso')) expect(extracted(image, second.start)).toEqual(expected);
    const withoutGone = { ...KEPT, ...SECOND, ...THIRD };
    const third = await appendSession(image, at('third'), {
      request: { ...request({ revision }), remove: ['/gone.txt'] },
      from: second.start,
      view: 'udf',
    });
    expect(shown(image, third.start)).toEqual(withoutGone);
    if (hasTool('xorriso')) expect(extracted(image, third.start)).toEqual(withoutGone);
  });

  it('takes over what stands within entries, alone and beside ISO 9660', async () => {
    const image = at(`embedded-${revision}.udf`);
    await writeIso(at('first'), image, request({ revision }, { iso9660: false }));
    const second = await appendSession(image, at('second'), {
      request: request({ revision }, { iso9660: false }),
    });
    expect(second.base.view).toBe('udf');
    expect(shown(image, second.start)).toEqual({ ...FIRST, ...SECOND });
    const third = await appendSession(image, at('third'), {
      request: request({ revision }),
      from: second.start,
    });
    expect(shown(image, third.start)).toEqual({ ...FIRST, ...SECOND, ...THIRD });
    if (hasTool('xorriso')) expect(extracted(image, third.start)).toEqual({ ...FIRST, ...SECOND, ...THIRD });
  });
});

describe.each(REVISIONS.slice(1))('A session of UDF %s behind one that ends with a table', (revision) => {
  it.each([true, false])('is read through the next table, with ISO 9660: %s', async (iso9660) => {
    const image = at(`table-${revision}.udf`);
    const asked = request({ revision, access: 'write-once' }, { iso9660 });
    await writeIso(at('first'), image, asked);
    const second = await appendSession(image, at('second'), { request: asked });
    expect(shown(image, second.start)).toEqual({ ...FIRST, ...SECOND });
    const third = await appendSession(image, at('third'), { request: asked, from: second.start });
    expect(shown(image, third.start)).toEqual({ ...FIRST, ...SECOND, ...THIRD });
    // Who knows of no sessions begins at the first and ends with the last table.
    expect(shown(image, 0)).toEqual({ ...FIRST, ...SECOND, ...THIRD });
  });

  it.skipIf(!hasTool('udfinfo'))('is counted by udfinfo, whatever the first one says', async () => {
    const image = at(`counted-${revision}.udf`);
    const asked = request({ revision, access: 'write-once' }, { iso9660: false });
    await writeIso(at('first'), image, asked);
    await appendSession(image, at('second'), { request: asked });
    const said = execFileSync('udfinfo', [image], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    // The root, `kept`, `kept/deep` and `new`.
    expect(said.match(/^num.*$/gm)).toEqual(['numfiles=4', 'numdirs=4']);
  });
});
