/** dvd+rw-format formats and blanks, dvd+rw-mediainfo tells, dvd-ram-control protects. */
import { describe, expect } from 'vitest';

import { cell } from '../support/matrix-cell.js';
import { type BurnBench, DEVICE, burnBench, canRun } from './burn-programs.js';
import { cdrecord, cdrecordSays, expectRecorded, mediainfo, modelFor, succeed } from './programs.js';

const format = (bench: BurnBench, ...argv: string[]): Promise<string> =>
  succeed(bench, 'dvd+rw-format', ...argv, DEVICE);

const record = async (bench: BurnBench, blocks: number): Promise<void> => {
  const image = bench.randomFile('x.iso', blocks);
  await succeed(bench, 'growisofs', '-Z', `${DEVICE}=x.iso`);
  expectRecorded(await bench.recorded(), image);
};

const BD_R = ['bd-r', 'bd-r-dl', 'bd-r-xl-100', 'bd-r-xl-128'] as const;

/** Blocks that are left, and those kept to replace others: as its drive lists them, or as many as are asked for. */
const SPARES = [
  ['bd-re', 'default', 11_826_176, 393_216],
  ['bd-re', 'max', 11_564_032, 655_360],
  ['bd-re', '256m', 12_088_320, 131_072],
  ['bd-re', 'none', 12_219_392, 0],
  ['bd-re-dl', 'default', 23_652_352, 786_432],
  ['bd-re-dl', 'max', 23_128_064, 1_310_720],
  ['bd-re-dl', '512m', 24_176_640, 262_144],
  ['bd-re-dl', 'none', 24_438_784, 0],
  ['bd-re-xl', 'default', 47_305_728, 1_572_864],
  ['bd-re-xl', 'max', 46_257_152, 2_621_440],
  ['bd-re-xl', '1024m', 48_354_304, 524_288],
  ['bd-re-xl', 'none', 48_878_592, 0],
] as const;

describe.skipIf(!canRun('dvd+rw-format') || !canRun('growisofs'))('dvd+rw-format works on our drive', () => {
  // So that growisofs records it at once.
  cell(
    { medium: 'dvd-rw', mode: 'blanked quickly, again', performer: 'dvd+rw-format', always: true },
    async (blank) => {
      const bench = await burnBench({ blank });
      await record(bench, 600);
      await format(bench, '-blank');
      expect(await mediainfo(bench)).toMatch(/Disc status:\s+blank/);
      await record(bench, 512);
      expect(await mediainfo(bench)).toMatch(/Disc status:\s+complete/);
    },
  );

  // So that it takes borders again.
  cell({ medium: 'dvd-rw', mode: 'blanked fully, again', performer: 'dvd+rw-format' }, async (blank) => {
    const bench = await burnBench({ blank });
    await format(bench, '-force');
    await format(bench, '-blank=full');
    expect(await mediainfo(bench)).toMatch(/Mounted Media:\s+14h, DVD-RW Sequential/);
    await record(bench, 500);
    expect(await mediainfo(bench)).toMatch(/Disc status:\s+appendable/);
  });

  // Wholly; and a border that was left open is closed.
  cell({ medium: 'dvd-rw', mode: 'formatted', performer: 'dvd+rw-format' }, async (blank) => {
    const bench = await burnBench({ blank, capacity: 4096 });
    await format(bench, '-force=full');
    expect(await mediainfo(bench)).toMatch(/formatted:\s+4096\*2048/);
    await format(bench, '-force');
    await format(bench, '-lead-out');
  });

  // Then its lead-out is relocated, and it is formatted again.
  cell({ medium: 'dvd+rw', mode: 'formatted', performer: 'dvd+rw-format' }, async (blank) => {
    const bench = await burnBench({ blank, slowCommands: 2 });
    await format(bench);
    expect(await format(bench, '-lead-out')).toContain('relocating lead-out');
    await format(bench, '-force');
    await record(bench, 300);
  });

  cell({ medium: 'dvd-ram', mode: 'formatted', performer: 'dvd+rw-format' }, async (blank) => {
    const bench = await burnBench({ blank, slowCommands: 2 });
    expect(await format(bench, '-force')).toContain('4.6GB DVD-RAM media detected');
    await record(bench, 300);
  });

  for (const [medium, spares, blocks, spareBlocks] of SPARES)
    cell({ medium, mode: `formatted, spares ${spares}`, performer: 'dvd+rw-format' }, async (blank) => {
      const bench = await burnBench({ blank, model: modelFor(blank), slowCommands: 3 });
      await format(bench, `-ssa=${spares}`);
      const output = await mediainfo(bench);
      expect(output).toMatch(new RegExp(`formatted:\\s+${blocks}\\*2048`));
      if (spareBlocks > 0) expect(output).toMatch(new RegExp(`Spare Area: +${spareBlocks}/${spareBlocks}`));
      else expect(output).not.toContain('Spare Area');
    });

  cell(
    {
      medium: BD_R,
      mode: 'formatted',
      performer: 'dvd+rw-format',
      refusal:
        'as it comes it sends nothing, and a choice of spares it takes for one of DVD-RAM and BD-RE alone',
    },
    async (blank) => {
      const bench = await burnBench({ blank, model: modelFor(blank) });
      await format(bench);
      expect(await format(bench, '-ssa=default')).toContain('illegal command-line option for this media');
      expect(bench.log.filter((line) => line.startsWith('04 '))).toEqual([]);
    },
  );

  cell({ medium: ['bd-re-dl', 'bd-re-xl'], mode: 'formatted', performer: 'dvd+rw-format' }, async (blank) => {
    const bench = await burnBench({ blank, model: modelFor(blank), slowCommands: 2 });
    await format(bench, '-ssa=default');
    expect(await mediainfo(bench)).toMatch(/Spare Area: +\d+\/\d+/);
    await record(bench, 300);
  });
});

/** What it says of a blank as shops sell it. */
const BLANKS = [
  ['dvd-r', '11h, DVD-R Sequential', 'TYG02', /Free Blocks:\s+2298496\*2KB/],
  ['dvd-rw', '14h, DVD-RW Sequential', 'TDK502sakuM3', /00h\(800\):\s+2297888\*2048=4706074624/],
  ['dvd-r-dl', '15h, DVD-R Dual Layer Sequential', '', /Free Blocks:\s+4171712\*2KB/],
  ['dvd+r', '1Bh, DVD+R', 'MCC/004', /Free Blocks:\s+2295104\*2KB/],
  ['dvd+r-dl', '2Bh, DVD+R Double Layer', 'MKM/003', /L0 Data Zone Capacity: 2086912\*2KB, can still be set/],
  ['dvd+rw', '1Ah, DVD+RW', '', /26h\(0\):\s+2295104\*2048/],
  ['dvd+rw-dl', '2Ah, DVD+RW Double Layer', '', /26h\(0\):\s+4173824\*2048/],
  ['dvd-ram', '12h, DVD-RAM', '', /Primary SA:\s+12800\/12800=100\.0% free/],
  ['bd-r', '41h, BD-R', 'CMCMAG/BA5', /32h\(1000\):\s+12088320\*2048/],
  ['bd-r-dl', '41h, BD-R', '', /Free Blocks: +24438784\*2KB/],
  ['bd-r-xl-100', '41h, BD-R', '', /Free Blocks: +48878592\*2KB/],
  ['bd-r-xl-128', '41h, BD-R', '', /Free Blocks: +62500864\*2KB/],
  ['bd-re', '43h, BD-RE', '', /unformatted:\s+\d+\*2048/],
  ['bd-re-dl', '43h, BD-RE', '', /unformatted:\s+\d+\*2048/],
  ['bd-re-xl', '43h, BD-RE', '', /unformatted:\s+\d+\*2048/],
] as const;

describe.skipIf(!canRun('dvd+rw-mediainfo'))('dvd+rw-mediainfo looks at our drive', () => {
  for (const [medium, mounted, maker, more] of BLANKS)
    cell(
      { medium, mode: 'looked at', performer: 'dvd+rw-mediainfo', always: medium === 'dvd+r' },
      async (blank) => {
        const told = await mediainfo(await burnBench({ blank, model: modelFor(blank) }));
        expect(told).toContain(mounted);
        expect(told).toContain(maker);
        expect(told).toMatch(more);
      },
    );
});

describe.skipIf(!canRun('dvd-ram-control') || !canRun('cdrskin'))('dvd-ram-control', () => {
  // It protects it and lets cdrskin in again.
  cell({ medium: 'dvd-ram', mode: 'write protected and no more', performer: 'cdrskin' }, async (blank) => {
    const bench = await burnBench({ blank });
    const image = bench.randomFile('x.iso', 100);
    await bench.run('dvd-ram-control', '-rdonly', DEVICE);
    expect(bench.log).toContain('bf 00 00 00 00 00 00 c0 00 08 00 00: good');
    await cdrecordSays(bench, 'cdrskin', '-data', 'x.iso');
    await expect(bench.recorded()).rejects.toMatchObject({ code: 'medium-blank' });
    await bench.run('dvd-ram-control', '-rdwr', DEVICE);
    await cdrecord(bench, 'cdrskin', '-data', 'x.iso');
    expectRecorded(await bench.recorded(), image);
  });
});
