import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { faultOfGrown, faultOfMedium } from '../../soak/expectation.mjs';
import { sha256 } from '../../soak/media.mjs';
import { hasTool } from '../../support/has-tool.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { BLOCK, writeMedium } from './soak-world.js';

const SECOND = 1000;

const folderOf = (place: string, files: Record<string, string>): string => {
  mkdirSync(place, { recursive: true });
  for (const [name, content] of Object.entries(files)) writeFileSync(join(place, name), content);
  return place;
};
const stateOf = (files: Record<string, string>): Map<string, string> =>
  new Map(Object.entries(files).map(([name, content]) => [name, sha256(Buffer.from(content))]));

const FIRST = { 'a.bin': 'first', 'b.bin': 'second' };
const ADDED = { 'b.bin': 'replaced', 'c.bin': 'third' };

/** Of a session genisoimage counts its own blocks as the volume space size (ECMA-119 §8.4.8), and bsdtar takes no volume whose root lies beyond. */
const countedFromZero = (image: Buffer): Buffer => {
  const field = 16 * BLOCK + 80;
  const blocks = image.readUInt32LE(field) + SECOND;
  image.writeUInt32LE(blocks, field);
  image.writeUInt32BE(blocks, field + 4);
  return image;
};

/** Two sessions by genisoimage, the second of which continues the first or does not. */
const disc = (continues: boolean) => {
  const place = temporaryFolder();
  const first = join(place, 'first.iso');
  const second = join(place, 'second.iso');
  execFileSync('genisoimage', ['-quiet', '-R', '-o', first, folderOf(join(place, '1'), FIRST)]);
  const where = continues ? ['-C', `0,${SECOND}`, '-M', first] : ['-C', `0,${SECOND}`];
  execFileSync('genisoimage', ['-quiet', '-R', ...where, '-o', second, folderOf(join(place, '2'), ADDED)]);
  const state = join(place, 'state');
  const sessions = [readFileSync(first), countedFromZero(readFileSync(second))] as const;
  writeMedium(state, 'cd-r-0', {
    tracks: [
      { start: 0, session: 1, data: sessions[0] },
      { start: SECOND, session: 2, data: sessions[1] },
    ],
  });
  return { place, state, bytes: sessions[1].length };
};

const faultOf = async (made: ReturnType<typeof disc>, continues: boolean, wanted: Record<string, string>) => {
  const tools = {
    state: made.state,
    scratch: join(made.place, 'extracted'),
    sources: { statesSince: () => [stateOf(wanted)] },
    known: new Set<string>(),
    imageContent: () => Promise.reject(new Error('not asked for')),
  };
  const track = {
    number: 2,
    start: SECOND,
    firstUnit: SECOND,
    unit: { mainBytes: BLOCK, subchannelBytes: 0 },
  };
  const { fault } = await faultOfMedium(
    tools,
    { kind: 'tree', source: 's', floor: 0, continues },
    { medium: 'cd-r-0', track, bytes: made.bytes, previous: { start: 0 } },
  );
  return fault;
};

describe.skipIf(!hasTool('genisoimage') || !hasTool('bsdtar'))(
  'what the soak says of a session that genisoimage has appended',
  () => {
    it('must show what was there and what is new, where it continues', async () => {
      const made = disc(true);
      expect(await faultOf(made, true, ADDED)).toBeUndefined();
      expect(await faultOf(made, true, { 'c.bin': 'third' })).toContain('b.bin');
      expect(await faultOf(made, false, ADDED)).toContain('a.bin');
    });

    it('must hide what was there, where it does not', async () => {
      const made = disc(false);
      expect(await faultOf(made, false, ADDED)).toBeUndefined();
      expect(await faultOf(made, true, ADDED)).toContain('a.bin');
    });
  },
);

describe.skipIf(!hasTool('xorriso') || !hasTool('bsdtar'))(
  'what the soak says of a volume that xorriso has let grow in place',
  () => {
    it('must hold all that was added', async () => {
      const place = temporaryFolder();
      const image = join(place, 'disc.iso');
      for (const [name, files] of [
        ['1', FIRST],
        ['2', ADDED],
      ] as const)
        execFileSync('xorriso', ['-dev', image, '-map', folderOf(join(place, name), files), '/', '-commit'], {
          stdio: 'ignore',
        });
      const state = join(place, 'state');
      writeMedium(state, 'dvd-rw-0', { tracks: [{ start: 0, session: 1, data: readFileSync(image) }] });
      const faultOf = (wanted: Record<string, string>) =>
        faultOfGrown(
          {
            state,
            scratch: join(place, 'extracted'),
            sources: { statesSince: () => [stateOf(wanted)] },
          },
          { source: 's', floor: 0 },
          'dvd-rw-0',
        );
      expect(await faultOf(ADDED)).toBeUndefined();
      expect(await faultOf({ ...ADDED, 'd.bin': 'never' })).toContain('d.bin');
    });
  },
);
