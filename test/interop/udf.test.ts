import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { treeRequest, type TreeRequest } from '../../src/image/master-request.js';
import type { NameChange } from '../../src/image/name-changes.js';
import { UDF_REVISIONS } from '../../src/udf/revisions.js';
import { hasTool } from '../support/has-tool.js';
import { aTreeRequest, scratchFolder, writeIso } from '../support/mastering.js';
import { udfJudge, fnv, judged } from '../support/udf-judge.js';
import { entriesOf, makeHostileTree } from '../support/trees.js';
import type { UdfVolume } from '../support/udf-model.js';
import { readUdf } from '../support/udf-reader.js';
import { expectedLines, foundLines, udfPaths } from '../support/udf-trees.js';

const scratch = scratchFolder('udf');
const tree = `${scratch.path}/tree`;

const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

const run = (command: string, args: string[]): string =>
  execFileSync(command, args, {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TZ: 'UTC' },
  });

/** A request with UDF as a client would send it. */
const udfRequest = (udf: object, differences: Partial<TreeRequest> = {}): TreeRequest =>
  aTreeRequest({
    ...differences,
    udf: treeRequest.shape.udf.parse(udf),
  });

interface Made {
  readonly image: string;
  readonly changes: readonly NameChange[];
  readonly volume: UdfVolume;
}

const make = async (name: string, request: TreeRequest): Promise<Made> => {
  const image = `${scratch.path}/${name}.udf`;
  const mastered = await writeIso(tree, image, request);
  return {
    image,
    changes: [...mastered.contents.nameChanges.items],
    volume: readUdf(readFileSync(image)),
  };
};

beforeAll(() => {
  mkdirSync(tree);
  makeHostileTree(tree);
});

afterAll(scratch.remove);

const compare = ({ volume, changes }: Made, links: boolean): void => {
  const pathOf = udfPaths(changes);
  expect(foundLines(volume, sha256)).toEqual(expectedLines(tree, { pathOf, links, changes }));
};

/** libudfread makes three bytes of each half of a pair of surrogates; as UTF-8 these are six unknown characters. */
const playerPath = (path: string): string => path.replaceAll(/[\u{10000}-\u{10ffff}]/gu, '\ufffd'.repeat(6));

const judge = udfJudge();

describe.each(UDF_REVISIONS)('A hostile tree in UDF %s', (revision) => {
  let alone: Made;
  let bridge: Made;

  beforeAll(async () => {
    alone = await make(`alone-${revision}`, udfRequest({ revision }, { iso9660: false }));
    bridge = await make(`bridge-${revision}`, udfRequest({ revision }));
  });

  it('is the source to a second reader: names, kinds, modes, owners, times, contents, targets', () => {
    compare(alone, true);
  });

  it('is the source in a bridge, but for links, which are in Rock Ridge', () => {
    compare(bridge, false);
  });

  it('is the same through the mirror of its metadata', () => {
    const again = readUdf(readFileSync(alone.image), { mirror: true });
    expect(again.files.length).toBe(alone.volume.files.length);
    expect(foundLines(again, sha256)).toEqual(foundLines(alone.volume, sha256));
  });

  it('counts what it has, and gives ids that the next one lies above', () => {
    const { files, integrity } = alone.volume;
    const directories = files.filter(({ type }) => type === 4).length;
    expect(integrity).toMatchObject({ closed: true, directories, files: files.length - directories });
    expect(Math.max(...files.map(({ uniqueId, nameId }) => Math.max(uniqueId, nameId)))).toBeLessThan(
      integrity.nextUniqueId,
    );
    const named = files.filter(({ path }) => path !== '').map(({ nameId }) => nameId);
    // OSTA UDF 2.00 2.3.4.3: before, names have no ids.
    expect(new Set(named).size).toBe(revision < '2.00' ? 1 : named.length);
  });

  it('has anchors at 256 and at its end, and says when files were created', () => {
    const last = lstatSync(alone.image).size / 2048 - 1;
    expect(alone.volume.anchors).toEqual([256, last]);
    expect(last % 32).toBe(31);
    const created = alone.volume.files.find(({ path }) => path === '/program')?.created;
    const stat = lstatSync(`${tree}/program`, { bigint: true });
    expect(created).toBe((stat.birthtimeNs < stat.mtimeNs ? stat.birthtimeNs : stat.mtimeNs) / 1000n);
  });

  it('keeps small files in their entries where nothing else needs them, and blocks where ISO 9660 does', () => {
    const embedded = ({ volume }: Made): string[] =>
      volume.files.filter((file) => file.type === 5 && file.embedded).map(({ path }) => path);
    expect(embedded(alone)).toContain('/program');
    expect(embedded(alone)).not.toContain('/exactly one block');
    expect(embedded(bridge)).toEqual([]);
  });

  it.skipIf(!hasTool('udfinfo'))('is what udfinfo counts', () => {
    const told = Object.fromEntries(
      run('udfinfo', ['--utf8', alone.image])
        .split('\n')
        .map((entry) => entry.split('=')),
    ) as Record<string, string>;
    const { files, directories } = alone.volume.integrity;
    expect(told).toMatchObject({
      lvid: 'Test volume',
      numfiles: String(files),
      numdirs: String(directories),
      udfwriterev: revision,
      integrity: 'closed',
      accesstype: 'readonly',
      freeblocks: '0',
    });
    expect(told['uuid']).toMatch(/^[0-9a-f]{16}$/);
  });

  it.skipIf(!hasTool('7z'))('is extracted by 7z, with every file under the name that was announced', () => {
    const folder = `${scratch.path}/7z-${revision}`;
    run('7z', ['x', '-y', '-tudf', `-o${folder}`, bridge.image]);
    const pathOf = udfPaths(bridge.changes);
    const contents = (root: string, spell: (path: string) => string): Record<string, string> =>
      Object.fromEntries(
        entriesOf(root)
          .filter(({ kind }) => kind === 'file')
          .map(({ path, content, mtime }) => [spell(path), `${mtime} ${content}`]),
      );
    expect(contents(folder, (path) => Buffer.from(path, 'latin1').toString())).toEqual(
      contents(tree, pathOf),
    );
  });

  // 7z does not read the extended attributes that say it in earlier revisions.
  it.skipIf(!hasTool('7z') || revision < '2.00')('was created and changed when the source was, to 7z', () => {
    const listed = run('7z', ['l', '-slt', '-tudf', bridge.image]).split('\n\n');
    const about = listed.find((lines) => lines.startsWith('Path = program\n')) ?? '';
    const told = (what: string): string | undefined => new RegExp(`^${what} = (.*)$`, 'm').exec(about)?.[1];
    const { birthtimeNs, mtimeNs, ctimeNs } = lstatSync(`${tree}/program`, { bigint: true });
    const spelled = (ns: bigint): string =>
      new Date(Number(ns / 1_000_000n)).toISOString().slice(0, 19).replace('T', ' ') +
      `.${String((ns / 1000n) % 1_000_000n).padStart(6, '0')}`;
    expect(told('Created')).toBe(spelled(birthtimeNs < mtimeNs ? birthtimeNs : mtimeNs));
    expect(told('Metadata Changed')).toBe(spelled(ctimeNs));
    expect(told('Links')).toBe('1');
  });

  it.skipIf(!hasTool('bsdtar'))('leaves ISO 9660 as it is for bsdtar', () => {
    const folder = `${scratch.path}/bsdtar-${revision}`;
    mkdirSync(folder);
    run('bsdtar', ['-xpf', bridge.image, '-C', folder]);
    expect(entriesOf(folder)).toEqual(entriesOf(tree));
  });

  it.skipIf(!judge)('is what libudfread finds, which players use', () => {
    const pathOf = udfPaths(bridge.changes);
    const expected = entriesOf(tree)
      .filter(({ kind }) => kind === 'file')
      .map(({ path }) => {
        const bytes = readFileSync(Buffer.from(`${tree}/${path}`, 'latin1'));
        return `${playerPath(pathOf(path))} ${bytes.length} ${fnv(bytes)}`;
      });
    expect(judged(judge ?? '', bridge.image)).toEqual(expected.sort());
  });

  /** A copy of which some sectors are gone. */
  const without = (first: number, count: number): string => {
    const bytes = readFileSync(bridge.image);
    bytes.fill(0, first * 2048, (first + count) * 2048);
    writeFileSync(`${scratch.path}/damaged`, bytes);
    return `${scratch.path}/damaged`;
  };

  it.skipIf(!judge)('is found by the reserve sequence when the main one is gone', () => {
    const damaged = without(32, 16);
    expect(judged(judge ?? '', damaged)).toEqual(judged(judge ?? '', bridge.image));
    if (hasTool('udfinfo')) expect(run('udfinfo', [damaged])).toContain(`udfwriterev=${revision}`);
  });

  it.skipIf(!judge || revision < '2.50')('is found by the mirror when its metadata file is gone', () => {
    // The entry of the metadata file is the first block of the partition.
    const damaged = without(bridge.volume.partition.start, 1);
    expect(judged(judge ?? '', damaged)).toEqual(judged(judge ?? '', bridge.image));
    expect(() => readUdf(readFileSync(damaged))).toThrow('tag');
  });
});
