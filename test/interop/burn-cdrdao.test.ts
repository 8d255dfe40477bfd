/** cdrdao records a CD at once, as its toc file tells, and reads one into an image. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect } from 'vitest';

import { cell } from '../support/matrix-cell.js';
import { type BurnBench, DEVICE, burnBench, canRun } from './burn-programs.js';
import { expectRecorded, succeed } from './programs.js';

const AUDIO_SECTOR = 2352;
const CD = ['cd-r', 'cd-rw'] as const;
const DRIVER = ['--device', DEVICE, '--driver', 'generic-mmc'];

const cdrdao = (bench: BurnBench, verb: string, ...argv: string[]): Promise<string> =>
  succeed(bench, 'cdrdao', verb, ...DRIVER, ...argv);

const tocFile = (bench: BurnBench, text: string): string => {
  writeFileSync(join(bench.folder, 'x.toc'), text);
  return 'x.toc';
};

const write = (bench: BurnBench, toc: string, ...argv: string[]): Promise<string> =>
  cdrdao(bench, 'write', '-n', '--speed', '24', ...argv, tocFile(bench, toc));

const DATA = 'CD_ROM\nTRACK MODE1\nDATAFILE "x.iso"\n';

const record = async (bench: BurnBench, blocks: number, ...argv: string[]): Promise<Buffer> => {
  const image = bench.randomFile('x.iso', blocks);
  await write(bench, DATA, ...argv);
  return image;
};

describe.skipIf(!canRun('cdrdao'))('cdrdao burns to our drive', () => {
  cell({ medium: CD, mode: 'session at once', performer: 'cdrdao' }, async (blank) => {
    const bench = await burnBench({ blank });
    const image = await record(bench, 600);
    expectRecorded(await bench.recorded(), image);
  });

  // It is told by the table of contents too.
  cell({ medium: CD, mode: 'audio', performer: 'cdrdao', always: 'cd-r' }, async (blank) => {
    const bench = await burnBench({ blank });
    // Its raw files are big-endian, what it sends is little-endian.
    const one = bench.randomFile('1.raw', 400, AUDIO_SECTOR).swap16();
    const two = bench.randomFile('2.raw', 500, AUDIO_SECTOR).swap16();
    await write(bench, 'CD_DA\nTRACK AUDIO\nFILE "1.raw" 0\nTRACK AUDIO\nPREGAP 0:2:0\nFILE "2.raw" 0\n');
    expectRecorded(await bench.recorded({ track: 1 }), one);
    expectRecorded(await bench.recorded({ track: 2 }), two);
    expect(await cdrdao(bench, 'disk-info')).toMatch(/CD-R empty\s+: no/);
  });

  cell({ medium: CD, mode: 'data, then audio', performer: 'cdrdao' }, async (blank) => {
    const bench = await burnBench({ blank });
    const image = bench.randomFile('x.iso', 500);
    const audio = bench.randomFile('1.raw', 400, AUDIO_SECTOR).swap16();
    await write(bench, `${DATA}TRACK AUDIO\nPREGAP 0:2:0\nFILE "1.raw" 0\n`);
    expectRecorded(await bench.recorded({ track: 1 }), image);
    expectRecorded(await bench.recorded({ track: 2 }), audio);
  });

  // In mode 1 by force: it asks for XA, which a virtual drive does not record yet.
  cell({ medium: CD, mode: 'first session, session at once', performer: 'cdrdao' }, async (blank) => {
    const bench = await burnBench({ blank });
    const image = await record(bench, 600, '--multi', '--force');
    expectRecorded(await bench.recorded(), image);
    expect(await cdrdao(bench, 'disk-info')).toMatch(/Appendable\s+: yes/);
  });

  /** What is appended begins behind a lead-out of 6,750 blocks, a lead-in of 4,500 and a pre-gap of 150. */
  const SECOND = 600 + 11_400;

  // It sets write type SAO before it asks, "because it influences which address is returned" (GenericMMC::getStartOfSession).
  cell({ medium: CD, mode: 'sessions, session at once', performer: 'cdrdao' }, async (blank) => {
    const bench = await burnBench({ blank, lies: ['pre-gap-next-writable'] });
    const one = await record(bench, 600, '--multi', '--force');
    expect(await cdrdao(bench, 'msinfo')).toMatch(new RegExp(`^0,${SECOND}$`, 'm'));
    const two = await record(bench, 400, '--force');
    expectRecorded(await bench.recorded({ track: 1 }), one);
    expectRecorded(await bench.recorded({ track: 2 }), two);
    expect(await cdrdao(bench, 'disk-info')).toMatch(/Appendable\s+: no/);
  });

  // What it adds to the address is the pre-gap: its cue sheet is for a place behind that of the drive.
  cell(
    {
      medium: CD,
      mode: 'sessions, session at once, behind a drive that gives the address of user data',
      performer: 'cdrdao',
      refusal:
        'it takes the next writable address under write type SAO for that of the pre-gap, which some drives give and others do not (libburn)',
    },
    async (blank) => {
      const bench = await burnBench({ blank });
      const image = await record(bench, 600, '--multi', '--force');
      expect(await cdrdao(bench, 'msinfo')).toMatch(new RegExp(`^0,${SECOND + 150}$`, 'm'));
      const { output } = await bench.run('cdrdao', 'write', ...DRIVER, '-n', '--force', 'x.toc');
      expect(output).toContain('Drive does not accept any cue sheet variant');
      expectRecorded(await bench.recorded(), image);
    },
  );

  cell({ medium: CD, mode: 'test write, session at once', performer: 'cdrdao' }, async (blank) => {
    const bench = await burnBench({ blank });
    bench.randomFile('x.iso', 600);
    await cdrdao(bench, 'simulate', '-n', '--speed', '24', tocFile(bench, DATA));
    await expect(bench.recorded()).rejects.toMatchObject({ code: 'medium-blank' });
    expect(await cdrdao(bench, 'disk-info')).toMatch(/CD-R empty\s+: yes/);
  });

  for (const [mode, how] of [
    ['blanked quickly, again', 'minimal'],
    ['blanked fully, again', 'full'],
  ] as const)
    cell({ medium: 'cd-rw', mode, performer: 'cdrdao' }, async (blank) => {
      const bench = await burnBench({ blank });
      await record(bench, 600);
      await cdrdao(bench, 'blank', '--blank-mode', how);
      await expect(bench.recorded()).rejects.toMatchObject({ code: 'medium-blank' });
      const image = await record(bench, 400);
      expectRecorded(await bench.recorded(), image);
    });

  cell({ medium: CD, mode: 'looked at', performer: 'cdrdao' }, async (blank) => {
    const told = await cdrdao(await burnBench({ blank }), 'disk-info');
    expect(told).toMatch(/CD-R empty\s+: yes/);
    expect(told).toMatch(new RegExp(`CD-RW\\s+: ${blank === 'cd-rw' ? 'yes' : 'no'}`));
    expect(told).toMatch(/Total Capacity\s+: \d+:\d\d:\d\d/);
  });

  cell({ medium: CD, mode: 'read back', performer: 'cdrdao' }, async (blank) => {
    const bench = await burnBench({ blank });
    const image = await record(bench, 600);
    await cdrdao(bench, 'read-cd', '--datafile', 'read.bin', 'read.toc');
    expectRecorded(readFileSync(join(bench.folder, 'read.bin')), image);
    expect(readFileSync(join(bench.folder, 'read.toc'), 'latin1')).toMatch(/TRACK MODE1/);
  });
});
