/**
 * DVD+R DL and DVD-RAM, and the formats of DVD+RW. growisofs and libburn of these versions know no DVD+RW DL ("media[2A] is
 * not supported", "Unsuitable media"), wodim no DVD-RAM; wodim closes a DVD+R DL by function 4, whose meaning no source
 * told us: it is refused, and what was recorded stays readable. growisofs writes a DVD-RAM as a block device by write(2), which
 * the shim does not carry.
 */
import { describe, expect } from 'vitest';

import { cell } from '../support/matrix-cell.js';
import { type BurnBench, DEVICE, burnBench, canRun } from './burn-programs.js';

const expectRecorded = (recorded: Buffer, image: Buffer): void => {
  expect(recorded.subarray(0, image.length).equals(image), 'recorded bytes equal the image').toBe(true);
};

const succeed = async (bench: BurnBench, program: string, ...argv: string[]): Promise<string> => {
  const { status, output } = await bench.run(program, ...argv);
  expect(status, output).toBe(0);
  return output;
};

describe.skipIf(!canRun('growisofs'))('growisofs burns to our drive', () => {
  cell({ medium: 'dvd+r-dl', mode: 'image', performer: 'growisofs' }, async () => {
    const bench = await burnBench({ blank: 'dvd+r-dl', slowCommands: 2 });
    const image = bench.randomFile('x.iso', 1000);
    await succeed(bench, 'growisofs', '-Z', `${DEVICE}=x.iso`);
    expectRecorded(await bench.recorded(), image);
  });

  // And closes it at the minimal radius.
  cell(
    { medium: 'dvd+r-dl', mode: 'layer break by choice, closed for good', performer: 'growisofs' },
    async () => {
      const bench = await burnBench({ blank: 'dvd+r-dl' });
      const image = bench.randomFile('x.iso', 1000);
      const output = await succeed(
        bench,
        'growisofs',
        '-use-the-force-luke=break:512',
        '-dvd-compat',
        '-Z',
        `${DEVICE}=x.iso`,
      );
      expect(output).toContain('splitting layers at 512 blocks');
      expect(bench.log).toContain('bf 00 00 00 00 00 00 20 00 0c 00 00: good');
      expect(bench.log).toContain('5b 01 05 00 00 00 00 00 00 00: good');
      expectRecorded(await bench.recorded(), image);
    },
  );
});

describe.skipIf(!canRun('growisofs') || !canRun('genisoimage') || !canRun('xorriso'))(
  'growisofs grows what is on our drive',
  () => {
    cell({ medium: 'dvd+r-dl', mode: 'sessions', performer: 'growisofs' }, async () => {
      const bench = await burnBench({ blank: 'dvd+r-dl' });
      bench.randomFile('one', 60);
      bench.randomFile('two', 60);
      await succeed(bench, 'growisofs', '-Z', DEVICE, '-R', '-quiet', 'one');
      await succeed(bench, 'growisofs', '-M', DEVICE, '-R', '-quiet', 'two');
      const compare = ['-compare', 'one', '/one', '-compare', 'two', '/two'];
      const output = await succeed(bench, 'xorriso', '-indev', DEVICE, '-lsl', '/', ...compare);
      expect(output).toContain("'/two'");
      expect(output).not.toMatch(/differ/i);
    });
  },
);

describe.skipIf(!canRun('dvd+rw-mediainfo'))('dvd+rw-mediainfo looks at our drive', () => {
  // Its layers can still be set.
  cell({ medium: 'dvd+r-dl', mode: 'looked at', performer: 'dvd+rw-mediainfo' }, async () => {
    const bench = await burnBench({ blank: 'dvd+r-dl' });
    const output = await succeed(bench, 'dvd+rw-mediainfo', DEVICE);
    expect(output).toMatch(/Mounted Media:\s+2Bh, DVD\+R Double Layer/);
    expect(output).toMatch(/Media ID:\s+MKM\/003/);
    expect(output).toMatch(/L0 Data Zone Capacity: 2086912\*2KB, can still be set/);
    expect(output).toMatch(/Free Blocks:\s+4173824\*2KB/);
  });

  // With all its spares.
  cell({ medium: 'dvd-ram', mode: 'looked at', performer: 'dvd+rw-mediainfo' }, async () => {
    const bench = await burnBench({ blank: 'dvd-ram' });
    const output = await succeed(bench, 'dvd+rw-mediainfo', DEVICE);
    expect(output).toMatch(/Mounted Media:\s+12h, DVD-RAM/);
    expect(output).toMatch(/Primary SA:\s+12800\/12800=100\.0% free/);
    expect(output).toMatch(/Persistent Write Protection is off/);
  });

  cell({ medium: 'dvd+rw-dl', mode: 'looked at', performer: 'dvd+rw-mediainfo' }, async () => {
    const bench = await burnBench({ blank: 'dvd+rw-dl' });
    const output = await succeed(bench, 'dvd+rw-mediainfo', DEVICE);
    expect(output).toMatch(/Mounted Media:\s+2Ah, DVD\+RW Double Layer/);
    expect(output).toMatch(/26h\(0\):\s+4173824\*2048/);
  });
});

describe.skipIf(!canRun('dvd+rw-format') || !canRun('dvd-ram-control') || !canRun('cdrskin'))(
  'dvd+rw-tools',
  () => {
    // Then its lead-out is relocated, and it is formatted again.
    cell({ medium: 'dvd+rw', mode: 'formatted', performer: 'dvd+rw-format' }, async () => {
      const bench = await burnBench({ blank: 'dvd+rw', slowCommands: 2 });
      await succeed(bench, 'dvd+rw-format', DEVICE);
      expect(await succeed(bench, 'dvd+rw-format', '-lead-out', DEVICE)).toContain('relocating lead-out');
      await succeed(bench, 'dvd+rw-format', '-force', DEVICE);
    });

    cell({ medium: 'dvd-ram', mode: 'formatted', performer: 'dvd+rw-format' }, async () => {
      const bench = await burnBench({ blank: 'dvd-ram', slowCommands: 2 });
      expect(await succeed(bench, 'dvd+rw-format', '-force', DEVICE)).toContain(
        '4.6GB DVD-RAM media detected',
      );
    });

    // dvd-ram-control protects it and lets cdrskin in again.
    cell({ medium: 'dvd-ram', mode: 'write protected and no more', performer: 'cdrskin' }, async () => {
      const bench = await burnBench({ blank: 'dvd-ram' });
      const image = bench.randomFile('x.iso', 100);
      await bench.run('dvd-ram-control', '-rdonly', DEVICE);
      expect(bench.log).toContain('bf 00 00 00 00 00 00 c0 00 08 00 00: good');
      expect((await bench.run('cdrskin', `dev=${DEVICE}`, '-data', 'x.iso')).status).not.toBe(0);
      await bench.run('dvd-ram-control', '-rdwr', DEVICE);
      await succeed(bench, 'cdrskin', `dev=${DEVICE}`, '-data', 'x.iso');
      expectRecorded(await bench.recorded(), image);
    });
  },
);

describe.skipIf(!canRun('xorriso') || !canRun('cdrskin'))('libburn burns to our drive', () => {
  cell({ medium: ['dvd+r-dl', 'dvd-ram'], mode: 'image', performer: 'xorriso' }, async (blank) => {
    const bench = await burnBench({ blank, slowCommands: 2 });
    const image = bench.randomFile('x.iso', 500);
    await succeed(bench, 'xorriso', '-as', 'cdrecord', '-v', `dev=${DEVICE}`, 'x.iso');
    expectRecorded(await bench.recorded(), image);
  });

  // xorriso formats it; its formats are those of a real one.
  cell({ medium: 'dvd-ram', mode: 'formatted, image', performer: 'cdrskin' }, async () => {
    const bench = await burnBench({ blank: 'dvd-ram' });
    const formats = await succeed(bench, 'xorriso', '-outdev', DEVICE, '-list_formats');
    expect(formats).toMatch(/Format idx 0 : 00h , 2236704s/);
    await succeed(bench, 'xorriso', '-outdev', DEVICE, '-format', 'full');
    const image = bench.randomFile('x.iso', 500);
    await succeed(bench, 'cdrskin', `dev=${DEVICE}`, '-data', 'x.iso');
    expectRecorded(await bench.recorded(), image);
  });
});

describe.skipIf(!canRun('wodim'))('wodim burns to our drive', () => {
  // It does not get it closed.
  cell({ medium: 'dvd+r-dl', mode: 'image', performer: 'wodim' }, async () => {
    const bench = await burnBench({ blank: 'dvd+r-dl' });
    const image = bench.randomFile('x.iso', 1000);
    await succeed(bench, 'wodim', `dev=${DEVICE}`, 'gracetime=2', '-sao', '-data', 'x.iso');
    expectRecorded(await bench.recorded(), image);
  });
});
