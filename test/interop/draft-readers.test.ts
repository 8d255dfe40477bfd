import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DraftClient } from '../support/draft-client.js';
import { sharedDaemon } from '../support/daemon.js';
import { hasTool } from '../support/has-tool.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const SLOW = { timeout: 60_000 };
const TOOLS = ['isoinfo', 'xorriso', '7z', 'bsdtar'] as const;

const LONG = `${'long '.repeat(20)}name.txt`;
/** What the draft is to hold, by path; none of it was computed by code of ours. */
const CONTENTS: Readonly<Record<string, string>> = {
  '/sent.txt': 'sent\n',
  '/moved/deep/source.txt': 'from beneath a root\n',
  '/Grüße/über.txt': 'ümläute\n',
  [`/${LONG}`]: 'long\n',
};

describe.skipIf(!TOOLS.every(hasTool))(`a draft, read by ${TOOLS.join(', ')}`, SLOW, () => {
  const daemon = sharedDaemon();

  const seal = async (udf: unknown): Promise<string> => {
    mkdirSync(join(daemon.source, 'tree'), { recursive: true });
    writeFileSync(join(daemon.source, 'tree', 'source.txt'), 'from beneath a root\n');
    writeFileSync(join(daemon.source, 'tree', 'left-out.o'), 'x');
    const draft = await DraftClient.begin(daemon, { volume: { identifier: 'DRAFT', udf } });
    await draft.put('/was/here.txt', 'sent\n');
    await draft.put('/Grüße/über.txt', 'ümläute\n');
    await draft.put(`/${LONG}`, 'long\n');
    await draft.make(
      { do: 'add', at: '/added/deep', root: 'source', path: 'tree', exclude: ['*.o'] },
      { do: 'move', from: '/added', to: '/moved' },
      { do: 'move', from: '/was/here.txt', to: '/sent.txt' },
      { do: 'remove', at: '/was' },
      { do: 'set', at: '/sent.txt', modifiedAt: '1999-12-31T23:59:58Z', mode: '0600', user: 7, group: 8 },
    );
    expect(await draft.seal()).toMatchObject({ state: 'ready' });
    const file = join(temporaryFolder(), 'draft.iso');
    writeFileSync(file, (await daemon.api.get(`${draft.path}/content`)).bytes);
    const { bytes } = (await daemon.api.get(`${draft.path}/size`)).body as { bytes: number };
    expect(readFileSync(file)).toHaveLength(bytes);
    return file;
  };

  it('has what was made of it in Rock Ridge, with the attributes that were set', async () => {
    const file = await seal(false);
    const find = ['-indev', file, '-find', '/', '-type', 'f', '-exec', 'lsdl', '--'];
    const listed = execFileSync('xorriso', find, { stdio: ['ignore', 'pipe', 'ignore'] }).toString();
    for (const path of Object.keys(CONTENTS)) expect(listed).toContain(`'${path}'`);
    expect(listed).not.toContain('left-out');
    expect(listed).toMatch(/^-rw-------\s+1 7\s+8\s+5 .*1999 '\/sent\.txt'$/m);
    const rockRidge = execFileSync('isoinfo', ['-R', '-f', '-i', file]).toString();
    expect(rockRidge.split('\n')).toEqual(expect.arrayContaining(['/sent.txt', '/moved/deep/source.txt']));
  });

  it.each([
    ['ISO 9660', false],
    ['UDF 1.02 besides', { revision: '1.02' }],
    ['UDF 2.50 besides', { revision: '2.50' }],
  ])('has the contents that were sent and added: %s', async (_name, udf) => {
    const file = await seal(udf);
    const out = join(temporaryFolder(), 'out');
    mkdirSync(out);
    execFileSync('bsdtar', ['-xf', file, '-C', out]);
    execFileSync('7z', ['x', '-y', `-o${out}/7z`, file], { stdio: 'ignore' });
    for (const [path, content] of Object.entries(CONTENTS)) {
      expect(readFileSync(join(out, path), 'utf8')).toBe(content);
      // 7-Zip prefers Joliet to Rock Ridge, which holds names of 64 characters.
      if (path !== `/${LONG}` || udf !== false)
        expect(readFileSync(join(out, '7z', path), 'utf8')).toBe(content);
    }
  });
});
