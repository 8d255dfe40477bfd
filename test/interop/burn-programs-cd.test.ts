import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect } from 'vitest';

import { cell } from '../support/matrix-cell.js';
import { type BurnBench, DEVICE, burnBench, canRun } from './burn-programs.js';

const BLOCK = 2048;
const AUDIO_SECTOR = 2352;

/** What a program burnt is what lies at the beginning of the image; TAO and padding may add blocks after it. */
const expectRecorded = (recorded: Buffer, image: Buffer, at = 0): void => {
  expect(recorded.length).toBeGreaterThanOrEqual(at + image.length);
  expect(recorded.subarray(at, at + image.length).equals(image), 'recorded bytes equal the image').toBe(true);
};

const msinfo = async (bench: BurnBench, program: string): Promise<string> => {
  const { output } = await bench.run(program, `dev=${DEVICE}`, '-msinfo');
  return /^\d+,\d+$/m.exec(output)?.[0] ?? output;
};

describe.skipIf(!canRun('wodim'))('wodim burns to our drive', () => {
  cell({ medium: 'cd-r', mode: 'track at once', performer: 'wodim', always: true }, async () => {
    const bench = await burnBench({ blank: 'cd-r' });
    const image = bench.randomFile('x.iso', 1000);
    const { status, output } = await bench.run(
      'wodim',
      '-v',
      `dev=${DEVICE}`,
      'gracetime=2',
      '-tao',
      '-data',
      'x.iso',
    );
    expect(status, output).toBe(0);
    expectRecorded(await bench.recorded(), image);
    const toc = await bench.run('wodim', `dev=${DEVICE}`, '-toc');
    expect(toc.output).toMatch(/track:\s+1 lba:\s+0 .*control: 4/);
    // Two run-out blocks count into a track that was written at once.
    expect(toc.output).toMatch(/track:lout lba:\s+1002 /);
  });

  cell({ medium: 'cd-r', mode: 'session at once', performer: 'wodim' }, async () => {
    const bench = await burnBench({ blank: 'cd-r' });
    const image = bench.randomFile('x.iso', 1000);
    const { status, output } = await bench.run(
      'wodim',
      '-v',
      `dev=${DEVICE}`,
      'gracetime=2',
      '-sao',
      '-data',
      'x.iso',
    );
    expect(status, output).toBe(0);
    expectRecorded(await bench.recorded(), image);
    const toc = await bench.run('wodim', `dev=${DEVICE}`, '-toc');
    expect(toc.output).toMatch(/track:lout lba:\s+1000 /);
  });

  cell({ medium: 'cd-r', mode: 'audio', performer: 'wodim' }, async () => {
    const bench = await burnBench({ blank: 'cd-r' });
    const one = bench.randomFile('1.raw', 600, AUDIO_SECTOR);
    const two = bench.randomFile('2.raw', 500, AUDIO_SECTOR);
    const { status, output } = await bench.run(
      'wodim',
      '-v',
      `dev=${DEVICE}`,
      'gracetime=2',
      '-sao',
      '-audio',
      '-swab',
      '1.raw',
      '2.raw',
    );
    expect(status, output).toBe(0);
    // wodim makes the end of each file the pre-gap of the next track.
    expectRecorded(await bench.recorded({ track: 1 }), one.subarray(0, 450 * AUDIO_SECTOR));
    expectRecorded(await bench.recorded({ track: 2 }), two);
  });

  cell({ medium: 'cd-r', mode: 'test write', performer: 'wodim' }, async () => {
    const bench = await burnBench({ blank: 'cd-r' });
    bench.randomFile('x.iso', 1000);
    for (const mode of ['-tao', '-sao']) {
      const { status, output } = await bench.run(
        'wodim',
        '-v',
        `dev=${DEVICE}`,
        'gracetime=2',
        '-dummy',
        mode,
        '-data',
        'x.iso',
      );
      expect(status, output).toBe(0);
    }
    await expect(bench.recorded()).rejects.toMatchObject({ code: 'image-not-ready' });
    const image = bench.randomFile('y.iso', 600);
    const real = await bench.run('wodim', '-v', `dev=${DEVICE}`, 'gracetime=2', '-tao', '-data', 'y.iso');
    expect(real.status, real.output).toBe(0);
    expectRecorded(await bench.recorded(), image);
  });

  // And names their addresses.
  cell({ medium: 'cd-r', mode: 'sessions', performer: 'wodim' }, async () => {
    const bench = await burnBench({ blank: 'cd-r' });
    bench.randomFile('1.iso', 1000);
    const first = await bench.run(
      'wodim',
      '-v',
      `dev=${DEVICE}`,
      'gracetime=2',
      '-multi',
      '-tao',
      '-data',
      '1.iso',
    );
    expect(first.status, first.output).toBe(0);
    // Lead-out, lead-in and pre-gap after a first session take 11,400 sectors.
    expect(await msinfo(bench, 'wodim')).toBe(`0,${1002 + 11_400}`);
    const image = bench.randomFile('2.iso', 700);
    const second = await bench.run('wodim', '-v', `dev=${DEVICE}`, 'gracetime=2', '-tao', '-data', '2.iso');
    expect(second.status, second.output).toBe(0);
    expectRecorded(await bench.recorded(), image, (1002 + 11_400) * BLOCK);
  });

  cell({ medium: 'cd-rw', mode: 'blanked quickly, again', performer: 'wodim' }, async () => {
    const bench = await burnBench({ blank: 'cd-rw', slowCommands: 3 });
    bench.randomFile('1.iso', 1000);
    const first = await bench.run('wodim', '-v', `dev=${DEVICE}`, 'gracetime=2', '-tao', '-data', '1.iso');
    expect(first.status, first.output).toBe(0);
    const full = await bench.run('wodim', '-v', `dev=${DEVICE}`, 'gracetime=2', '-tao', '-data', '1.iso');
    expect(full.status, 'a closed medium takes no more').not.toBe(0);
    const blanking = await bench.run('wodim', '-v', `dev=${DEVICE}`, 'gracetime=2', 'blank=fast');
    expect(blanking.status, blanking.output).toBe(0);
    const image = bench.randomFile('2.iso', 400);
    const again = await bench.run('wodim', '-v', `dev=${DEVICE}`, 'gracetime=2', '-tao', '-data', '2.iso');
    expect(again.status, again.output).toBe(0);
    expectRecorded(await bench.recorded(), image);
  });
});

describe.skipIf(!canRun('cdrskin'))('cdrskin burns to our drive', () => {
  for (const [mode, argument, always] of [
    ['track at once', '-tao', true],
    ['session at once', '-sao', false],
  ] as const)
    cell({ medium: 'cd-r', mode, performer: 'cdrskin', always }, async () => {
      const bench = await burnBench({ blank: 'cd-r' });
      const image = bench.randomFile('x.iso', 1000);
      const { status, output } = await bench.run(
        'cdrskin',
        '-v',
        `dev=${DEVICE}`,
        argument,
        '-data',
        'x.iso',
      );
      expect(status, output).toBe(0);
      expectRecorded(await bench.recorded(), image);
      const minfo = await bench.run('cdrskin', '-v', `dev=${DEVICE}`, '-minfo');
      expect(minfo.output).toMatch(/disk status:\s+complete/);
    });

  cell({ medium: 'cd-r', mode: 'audio', performer: 'cdrskin' }, async () => {
    const bench = await burnBench({ blank: 'cd-r' });
    const one = bench.randomFile('1.raw', 400, AUDIO_SECTOR);
    const two = bench.randomFile('2.raw', 500, AUDIO_SECTOR);
    const { status, output } = await bench.run(
      'cdrskin',
      '-v',
      `dev=${DEVICE}`,
      '-sao',
      '-audio',
      '-swab',
      '1.raw',
      '2.raw',
    );
    expect(status, output).toBe(0);
    expectRecorded(await bench.recorded({ track: 1 }), one);
    expectRecorded(await bench.recorded({ track: 2 }), two);
  });

  // And names their addresses, and blanks all of it.
  cell({ medium: 'cd-rw', mode: 'sessions', performer: 'cdrskin' }, async () => {
    const bench = await burnBench({ blank: 'cd-rw' });
    bench.randomFile('1.iso', 1000);
    const first = await bench.run('cdrskin', '-v', `dev=${DEVICE}`, '-multi', '-tao', '-data', '1.iso');
    expect(first.status, first.output).toBe(0);
    expect(await msinfo(bench, 'cdrskin')).toBe(`0,${1002 + 11_400}`);
    const image = bench.randomFile('2.iso', 700);
    const second = await bench.run('cdrskin', '-v', `dev=${DEVICE}`, '-tao', '-data', '2.iso');
    expect(second.status, second.output).toBe(0);
    expectRecorded(await bench.recorded(), image, (1002 + 11_400) * BLOCK);
    const blanking = await bench.run('cdrskin', '-v', `dev=${DEVICE}`, 'blank=all');
    expect(blanking.status, blanking.output).toBe(0);
    await expect(bench.recorded()).rejects.toMatchObject({ code: 'image-not-ready' });
  });
});

describe.skipIf(!canRun('cdrdao'))('cdrdao burns to our drive', () => {
  // From its toc file; and it reads the table of contents.
  cell({ medium: 'cd-r', mode: 'audio', performer: 'cdrdao', always: true }, async () => {
    const bench = await burnBench({ blank: 'cd-r' });
    // Its raw files are big-endian, what it sends is little-endian.
    const one = bench.randomFile('1.raw', 400, AUDIO_SECTOR).swap16();
    const two = bench.randomFile('2.raw', 500, AUDIO_SECTOR).swap16();
    writeFileSync(
      join(bench.folder, 'x.toc'),
      'CD_DA\nTRACK AUDIO\nFILE "1.raw" 0\nTRACK AUDIO\nPREGAP 0:2:0\nFILE "2.raw" 0\n',
    );
    const driver = ['--device', DEVICE, '--driver', 'generic-mmc'];
    const { status, output } = await bench.run('cdrdao', 'write', ...driver, '-n', '--speed', '24', 'x.toc');
    expect(status, output).toBe(0);
    expectRecorded(await bench.recorded({ track: 1 }), one);
    expectRecorded(await bench.recorded({ track: 2 }), two);
    const info = await bench.run('cdrdao', 'disk-info', ...driver);
    expect(info.output).toMatch(/CD-R empty\s+: no/);
  });
});

describe.skipIf(!canRun('xorriso'))('xorriso burns to our drive', () => {
  // And reads all of them back.
  cell({ medium: 'cd-rw', mode: 'sessions', performer: 'xorriso' }, async () => {
    const bench = await burnBench({ blank: 'cd-rw' });
    const files = ['one', 'two', 'three'];
    for (const name of files) {
      bench.randomFile(name, 50);
      const { status, output } = await bench.run(
        'xorriso',
        '-abort_on',
        'FAILURE',
        '-dev',
        DEVICE,
        '-map',
        name,
        `/${name}`,
        '-commit',
      );
      expect(status, output).toBe(0);
    }
    const list = await bench.run('xorriso', '-indev', DEVICE, '-lsl', '/');
    for (const name of files) expect(list.output).toContain(name);
    const toc = await bench.run('xorriso', '-indev', DEVICE, '-toc');
    expect(toc.output).toMatch(/ISO session\s+:\s+3 ,/);
    const check = await bench.run('xorriso', '-indev', DEVICE, '-compare', 'three', '/three');
    expect(check.output).not.toMatch(/differ/i);
  });
});
