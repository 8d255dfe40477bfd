/** xorriso by its own commands: it adds files to a volume in sessions, or in place where a medium takes that. */
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';

import { MODELS } from '../../src/virtual/models.js';
import { burnRig } from '../support/burn-rig.js';
import { hex } from '../support/hex.js';
import { cell } from '../support/matrix-cell.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { type BurnBench, DEVICE, burnBench, canRun } from './burn-programs.js';
import { cdrecord, expectFiles, expectRecorded, modelFor, xorriso } from './programs.js';

const add = (bench: BurnBench, name: string, ...commands: string[]): Promise<string> => {
  bench.randomFile(name, 50);
  return xorriso(bench, '-dev', DEVICE, ...commands, '-map', name, `/${name}`, '-commit');
};

const toc = (bench: BurnBench): Promise<string> => xorriso(bench, '-indev', DEVICE, '-toc');

/** Characters of a CDB of ten bytes. */
const CDB_10 = 29;
/** WRITE (10) among CDBs. */
const writesIn = (cdbs: readonly string[]): string[] => cdbs.filter((cdb) => cdb.startsWith('2a '));

describe.skipIf(!canRun('xorriso'))('xorriso burns to our drive', () => {
  const bdR = ['bd-r', 'bd-r-dl', 'bd-r-xl-100', 'bd-r-xl-128'] as const;
  const sequential = ['cd-r', 'cd-rw', 'dvd-r', 'dvd-rw', 'dvd+r', 'dvd+r-dl', ...bdR] as const;
  cell({ medium: sequential, mode: 'volume with sessions', performer: 'xorriso' }, async (blank) => {
    const bench = await burnBench({ blank, model: modelFor(blank) });
    const names = ['one', 'two', 'three'];
    for (const name of names) await add(bench, name);
    await expectFiles(bench, ...names);
    const told = await toc(bench);
    expect(told).toMatch(/Media status\s*:.*is appendable/);
    expect(told).toMatch(/ISO session\s+:\s+3 ,/);
  });

  cell(
    {
      medium: ['dvd+rw', 'dvd-ram', 'bd-re', 'bd-re-dl', 'bd-re-xl'],
      mode: 'volume grown',
      performer: 'xorriso',
    },
    async (blank) => {
      const bench = await burnBench({ blank, model: modelFor(blank) });
      for (const name of ['one', 'two', 'three']) await add(bench, name);
      await expectFiles(bench, 'one', 'two', 'three');
    },
  );

  cell(
    { medium: 'dvd-rw', mode: 'volume grown, restricted overwrite', performer: 'xorriso' },
    async (blank) => {
      const bench = await burnBench({ blank });
      await xorriso(bench, '-outdev', DEVICE, '-format', 'fast');
      for (const name of ['one', 'two']) await add(bench, name);
      await expectFiles(bench, 'one', 'two');
      await xorriso(bench, '-outdev', DEVICE, '-blank', 'deformat_quickest');
      expect(await xorriso(bench, '-outdev', DEVICE, '-toc')).toMatch(/is blank/);
      await add(bench, 'three', '-close', 'on');
      await expectFiles(bench, 'three');
    },
  );

  // And closes it for good.
  cell({ medium: bdR, mode: 'formatted, volume with sessions', performer: 'xorriso' }, async (blank) => {
    const bench = await burnBench({ blank, model: modelFor(blank), slowCommands: 2 });
    await xorriso(bench, '-outdev', DEVICE, '-format', 'by_index_2_fast');
    await add(bench, 'one');
    await add(bench, 'two', '-close', 'on');
    await expectFiles(bench, 'one', 'two');
    const told = await toc(bench);
    expect(told).toMatch(/Media status : is written , is closed/);
    expect(told).toMatch(/ISO session +: +2 ,/);
  });

  // 1,003 blocks are no whole number of them: the last cluster is filled by who records it.
  it('sends a BD-R whole clusters of 32 blocks, and so does our engine', async () => {
    const bench = await burnBench({ blank: 'bd-r' });
    bench.randomFile('x.iso', 1003);
    await cdrecord(bench, 'xorriso', '-multi', 'x.iso');
    const rig = burnRig(temporaryFolder(), { blank: 'bd-r' });
    await rig.burn(randomBytes(1003 * 2048), { options: { close: 'session' } });
    const writes = writesIn(bench.log.map((line) => line.slice(0, CDB_10)));
    expect(writes.at(-1)).toBe('2a 00 00 00 03 e0 00 00 20 00');
    expect(writesIn(rig.commands.map(({ cdb }) => hex(cdb)))).toEqual(writes);
  });

  // None before it has formatted it; and it finds the formats of a real one.
  cell({ medium: 'bd-re', mode: 'formatted', performer: 'xorriso' }, async (blank) => {
    const bench = await burnBench({ blank });
    const before = await xorriso(bench, '-outdev', DEVICE, '-list_formats');
    expect(before).toMatch(/Format status: unformatted/);
    expect(before).toMatch(/30h , 11564032s ,\s+22586\.0 MiB/);
    expect(before).toMatch(/31h , 12219392s ,\s+23866\.0 MiB/);
    await xorriso(bench, '-outdev', DEVICE, '-format', 'by_index_4');
    const after = await xorriso(bench, '-outdev', DEVICE, '-list_formats');
    expect(after).toMatch(/Format status: formatted, with 23866\.0 MiB/);
  });

  cell(
    { medium: ['bd-r', 'bd-re'], mode: 'image, in every model of drive', performer: 'xorriso' },
    async (blank) => {
      // libburn writes BD by 64 KiB, which the bridge does not carry.
      const lies = MODELS['usb-bridge'].lies.filter((lie) => lie !== 'short-transfers');
      for (const choice of [{ model: 'bdxl-writer' }, { lies }] as const) {
        const bench = await burnBench({ blank, ...choice });
        const image = bench.randomFile('x.iso', 200);
        await cdrecord(bench, 'xorriso', 'x.iso');
        expectRecorded(await bench.recorded(), image);
      }
    },
  );
});
