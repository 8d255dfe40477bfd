import fc from 'fast-check';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { isSpindleError } from '../../../../src/errors.js';
import { bootRequest } from '../../../../src/image/boot-request.js';
import { type Base, readBase } from '../../../../src/image/import/base.js';
import { readIsoDescriptors } from '../../../../src/image/import/iso-descriptors.js';
import type { IsoView } from '../../../../src/image/import/iso-entry.js';
import { isoEntries } from '../../../../src/image/import/iso-tree.js';
import { validate } from '../../../../src/image/import/validate.js';
import { master } from '../../../../src/image/master.js';
import type { TreeRequest } from '../../../../src/image/master-request.js';
import { openRoots } from '../../../../src/image/roots.js';
import { bytesAsBlocks } from '../../../support/bytes-as-blocks.js';
import { damageable, someChanges } from '../../../support/damage.js';
import { aTreeRequest, isoBytes, scratchFolder } from '../../../support/mastering.js';
import { SEED } from '../../../support/sample.js';

/** SPINDLE_FUZZ is the number of damaged volumes of each kind; `npm run fuzz` tries thousands. */
const RUNS = Number(process.env['SPINDLE_FUZZ'] ?? 60);
const BLOCK = 2048;
/** Reads that a volume may cost for each of its blocks: each view reads each directory once, and windows of 32 blocks for continuation areas. */
const COST = 400;
/** Names, of every view, that so many blocks can hold at most: a record has 34 bytes at least, ECMA-119 9.1. */
const MOST_NAMES = Math.ceil(BLOCK / 34);
/** Bytes that the process may grow by, whatever the volumes claim. */
const MOST_MEMORY = 600 * 1024 * 1024;

const scratch = scratchFolder('damaged-iso');
const tree = `${scratch.path}/tree`;

const VOLUMES: Readonly<Record<string, Partial<TreeRequest>>> = {
  'Joliet, Rock Ridge and 1999': { enhanced: true, joliet: 'long' },
  'plain names': { joliet: false, rockRidge: false, skipUnsupported: true, relaxed: ['deep-paths'] },
  'El Torito': { boot: bootRequest.parse({ entries: [{ image: { at: '/loader' } }] }) },
};
const VIEWS: readonly (IsoView | undefined)[] = [undefined, 'iso9660', 'rock-ridge', 'joliet', 'enhanced'];
const volumes: Record<string, ReturnType<typeof damageable>> = {};
let blocks = 0;
let memoryBefore = 0;

beforeAll(async () => {
  const deep = Array.from({ length: 10 }, (_, level) => `level ${level}`).join('/');
  mkdirSync(`${tree}/${deep}`, { recursive: true });
  writeFileSync(`${tree}/loader`, 'boots');
  writeFileSync(`${tree}/${deep}/file`, 'deep');
  // Continuation areas: a name and a target that a record has no room for.
  writeFileSync(`${tree}/${'long name '.repeat(24)}`, 'continued');
  symlinkSync(`../${'x'.repeat(200)}/${'y'.repeat(200)}`, `${tree}/level 0/link`);
  for (let index = 0; index < 60; index++) writeFileSync(`${tree}/level 0/file ${index}`, '');
  for (const [name, differences] of Object.entries(VOLUMES)) {
    const image = await isoBytes(tree, aTreeRequest(differences));
    // Of the 150 blocks of zeros behind the contents none says anything.
    volumes[name] = damageable(image.subarray(0, image.length - 148 * BLOCK));
    blocks = Math.max(blocks, image.length / BLOCK - 148);
  }
  mkdirSync(`${scratch.path}/more`);
  writeFileSync(`${scratch.path}/more/added`, 'added');
  memoryBefore = process.resourceUsage().maxRSS;
});

afterAll(scratch.remove);

/** What an import gives; undefined where it refuses, as it may, with an error that a client understands. */
const imported = async (read: () => Promise<Base>): Promise<Base | undefined> => {
  try {
    return await read();
  } catch (error) {
    if (isSpindleError(error)) return undefined;
    throw error;
  }
};

/** Continues a volume by what was read of it, as far as no bytes of files are needed. */
const proceed = (base: Base): void => {
  const roots = openRoots([{ name: 'tree', path: `${scratch.path}/more` }]);
  try {
    master({ ...aTreeRequest(), startBlock: 5000 }, { roots, base, onEntries: () => undefined });
  } catch (error) {
    if (!isSpindleError(error)) throw error;
  }
};

it.each(Object.keys(VOLUMES))(
  'whatever is damaged of a volume with %s, reading it ends, within bounds, and leads to no path outside',
  async (name) => {
    const property = async (changes: Parameters<(typeof volumes)[string]>[0], cut: number, view: number) => {
      const bytes = volumes[name]!(changes, changes.length % 2 === 0 ? blocks : cut);
      const reader = bytesAsBlocks(bytes);
      const bound = COST * reader.blocks + 10_000;
      const { findings } = await validate(reader);
      expect(findings.length).toBeLessThanOrEqual(1000);
      expect(reader.count()).toBeLessThan(bound);
      const base = await imported(() => readBase(reader, { start: 0, view: VIEWS[view] }));
      expect(reader.count()).toBeLessThan(2 * bound);
      if (base) proceed(base);
      const descriptors = await readIsoDescriptors(reader, 0, () => undefined);
      if (!descriptors) return;
      const directories = new Set<number>();
      let names = 0;
      const reading = {
        descriptor: descriptors.primary,
        view: 'rock-ridge',
        report: () => undefined,
      } as const;
      for await (const { id, parent, kind, name: shown } of isoEntries(reader, reading)) {
        names++;
        expect(id === 0 || directories.has(parent)).toBe(true);
        expect(shown).not.toMatch(/^\.{1,2}$|[/\0]/);
        if (kind === 'directory') directories.add(id);
      }
      expect(names).toBeLessThan(MOST_NAMES * reader.blocks);
    };
    const cuts = fc.integer({ min: 17, max: blocks });
    const views = fc.nat(VIEWS.length - 1);
    await fc.assert(fc.asyncProperty(someChanges, cuts, views, property), { numRuns: RUNS, seed: SEED });
    expect(1024 * (process.resourceUsage().maxRSS - memoryBefore)).toBeLessThan(MOST_MEMORY);
  },
  600_000 + 1000 * RUNS,
);
