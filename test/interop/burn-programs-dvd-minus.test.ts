/** Others' programs record on our DVD-R, DVD-RW and DVD-R DL in every way that each of them claims. */
import { describe, expect } from 'vitest';

import { cell } from '../support/matrix-cell.js';
import { type BurnBench, DEVICE, burnBench, canRun } from './burn-programs.js';

const expectRecorded = (recorded: Buffer, image: Buffer, at = 0): void => {
  expect(recorded.length).toBeGreaterThanOrEqual(at + image.length);
  expect(recorded.subarray(at, at + image.length).equals(image), 'recorded bytes equal the image').toBe(true);
};

/** Runs a program that must succeed; its output. */
const good = async (bench: BurnBench, program: string, ...argv: string[]): Promise<string> => {
  const { status, output } = await bench.run(program, ...argv);
  expect(status, output).toBe(0);
  return output;
};

const xorriso = (bench: BurnBench, ...argv: string[]): Promise<string> =>
  good(bench, 'xorriso', '-abort_on', 'FAILURE', ...argv);

/** Its exit code is that of the last reply that it did not like. */
const mediainfo = async (bench: BurnBench): Promise<string> =>
  (await bench.run('dvd+rw-mediainfo', DEVICE)).output;

const compare = (bench: BurnBench, ...names: string[]): Promise<string> =>
  xorriso(bench, '-indev', DEVICE, ...names.flatMap((name) => ['-compare', name, `/${name}`]));

describe.skipIf(!canRun('growisofs'))('growisofs burns to our drive', () => {
  cell({ medium: ['dvd-r', 'dvd-rw'], mode: 'incremental', performer: 'growisofs' }, async (blank) => {
    const bench = await burnBench({ blank, slowCommands: 2 });
    const image = bench.randomFile('x.iso', 1000);
    await good(bench, 'growisofs', '-Z', `${DEVICE}=x.iso`);
    expectRecorded(await bench.recorded(), image);
    expect(await mediainfo(bench)).toMatch(/Disc status:\s+appendable/);
  });

  cell({ medium: ['dvd-r', 'dvd-rw'], mode: 'disc at once', performer: 'growisofs' }, async (blank) => {
    const bench = await burnBench({ blank });
    const image = bench.randomFile('x.iso', 1008);
    await good(bench, 'growisofs', '-use-the-force-luke=dao', '-Z', `${DEVICE}=x.iso`);
    expectRecorded(await bench.recorded(), image);
    expect(await mediainfo(bench)).toMatch(/Disc status:\s+complete/);
    expect((await bench.run('growisofs', '-M', `${DEVICE}=x.iso`)).status).not.toBe(0);
  });

  // It rounds the transfer, not the CDB, which USB bridges stall on as well (Debian #794868).
  cell(
    {
      medium: 'dvd-r',
      mode: 'disc at once, an end shorter than an ECC block',
      performer: 'growisofs',
      refusal: 'it sends more than its last WRITE announces',
    },
    async () => {
      const bench = await burnBench({ blank: 'dvd-r' });
      bench.randomFile('x.iso', 1003);
      const { output } = await bench.run('growisofs', '-use-the-force-luke=dao', '-Z', `${DEVICE}=x.iso`);
      expect(output).toMatch(/WRITE@LBA=3e0h failed with SK=Bh/);
    },
  );

  cell(
    {
      medium: 'dvd-r-dl',
      mode: 'image of less than half of it',
      performer: 'growisofs',
      refusal: 'more than half of the disc would be wasted',
    },
    async () => {
      const bench = await burnBench({ blank: 'dvd-r-dl' });
      bench.randomFile('x.iso', 1008);
      const { output } = await bench.run('growisofs', '-Z', `${DEVICE}=x.iso`);
      expect(output).toMatch(/more than 50% of space will be \*wasted\*/);
    },
  );

  cell({ medium: 'dvd-r', mode: 'closed for good', performer: 'growisofs' }, async () => {
    const bench = await burnBench({ blank: 'dvd-r' });
    const image = bench.randomFile('x.iso', 600);
    await good(bench, 'growisofs', '-dvd-compat', '-Z', `${DEVICE}=x.iso`);
    expectRecorded(await bench.recorded(), image);
    expect(await mediainfo(bench)).toMatch(/Disc status:\s+complete/);
  });

  cell({ medium: 'dvd-r', mode: 'test write', performer: 'growisofs' }, async () => {
    const bench = await burnBench({ blank: 'dvd-r' });
    bench.randomFile('x.iso', 600);
    await good(bench, 'growisofs', '-use-the-force-luke=dummy', '-Z', `${DEVICE}=x.iso`);
    expect(await mediainfo(bench)).toMatch(/Disc status:\s+blank/);
  });

  cell({ medium: 'dvd-rw', mode: 'restricted overwrite', performer: 'growisofs' }, async () => {
    const bench = await burnBench({ blank: 'dvd-rw' });
    await good(bench, 'dvd+rw-format', '-force', DEVICE);
    for (const [name, blocks] of [
      ['1.iso', 300],
      ['2.iso', 900],
      ['3.iso', 200],
    ] as const) {
      const image = bench.randomFile(name, blocks);
      await good(bench, 'growisofs', '-Z', `${DEVICE}=${name}`);
      expectRecorded(await bench.recorded(), image);
    }
    const output = await mediainfo(bench);
    expect(output).toMatch(/Mounted Media:\s+13h, DVD-RW Restricted Overwrite/);
    expect(output).toMatch(/formatted:\s+912\*2048/);
  });
});

describe.skipIf(!canRun('growisofs') || !canRun('genisoimage'))(
  'growisofs grows what is on our drive',
  () => {
    for (const [medium, mode] of [
      ['dvd-r', 'sessions'],
      ['dvd-rw', 'sessions'],
      ['dvd-rw', 'grown'],
    ] as const)
      cell({ medium, mode, performer: 'growisofs' }, async (blank) => {
        const bench = await burnBench({ blank });
        if (mode === 'grown') await good(bench, 'dvd+rw-format', '-force', DEVICE);
        bench.randomFile('one', 60);
        bench.randomFile('two', 60);
        await good(bench, 'growisofs', '-Z', DEVICE, '-R', '-quiet', 'one');
        await good(bench, 'growisofs', '-M', DEVICE, '-R', '-quiet', 'two');
        expect(await compare(bench, 'one', 'two')).not.toMatch(/differ/i);
      });
  },
);

describe.skipIf(!canRun('dvd+rw-format'))('dvd+rw-format works on our DVD-RW', () => {
  // So that growisofs records it at once.
  cell(
    { medium: 'dvd-rw', mode: 'blanked quickly, again', performer: 'dvd+rw-format', always: true },
    async () => {
      const bench = await burnBench({ blank: 'dvd-rw' });
      bench.randomFile('1.iso', 600);
      await good(bench, 'growisofs', '-Z', `${DEVICE}=1.iso`);
      await good(bench, 'dvd+rw-format', '-blank', DEVICE);
      expect(await mediainfo(bench)).toMatch(/Disc status:\s+blank/);
      const image = bench.randomFile('2.iso', 512);
      await good(bench, 'growisofs', '-Z', `${DEVICE}=2.iso`);
      expectRecorded(await bench.recorded(), image);
      expect(await mediainfo(bench)).toMatch(/Disc status:\s+complete/);
    },
  );

  // So that it takes borders again.
  cell({ medium: 'dvd-rw', mode: 'blanked fully, again', performer: 'dvd+rw-format' }, async () => {
    const bench = await burnBench({ blank: 'dvd-rw' });
    await good(bench, 'dvd+rw-format', '-force', DEVICE);
    await good(bench, 'dvd+rw-format', '-blank=full', DEVICE);
    const output = await mediainfo(bench);
    expect(output).toMatch(/Mounted Media:\s+14h, DVD-RW Sequential/);
    const image = bench.randomFile('1.iso', 500);
    await good(bench, 'growisofs', '-Z', `${DEVICE}=1.iso`);
    expectRecorded(await bench.recorded(), image);
    expect(await mediainfo(bench)).toMatch(/Disc status:\s+appendable/);
  });

  // Wholly; and a border that was left open is closed.
  cell({ medium: 'dvd-rw', mode: 'formatted', performer: 'dvd+rw-format' }, async () => {
    const bench = await burnBench({ blank: 'dvd-rw', capacity: 4096 });
    await good(bench, 'dvd+rw-format', '-force=full', DEVICE);
    expect(await mediainfo(bench)).toMatch(/formatted:\s+4096\*2048/);
    await good(bench, 'dvd+rw-format', '-force', DEVICE);
    await good(bench, 'dvd+rw-format', '-lead-out', DEVICE);
  });
});

describe.skipIf(!canRun('dvd+rw-mediainfo'))('dvd+rw-mediainfo looks at our drive', () => {
  cell({ medium: 'dvd-r', mode: 'looked at', performer: 'dvd+rw-mediainfo' }, async () => {
    const dvdR = await mediainfo(await burnBench({ blank: 'dvd-r' }));
    expect(dvdR).toMatch(/Mounted Media:\s+11h, DVD-R Sequential/);
    expect(dvdR).toMatch(/Media ID:\s+TYG02/);
    expect(dvdR).toMatch(/Disc status:\s+blank/);
    expect(dvdR).toMatch(/Free Blocks:\s+2298496\*2KB/);
  });

  cell({ medium: 'dvd-rw', mode: 'looked at', performer: 'dvd+rw-mediainfo' }, async () => {
    const dvdRw = await mediainfo(await burnBench({ blank: 'dvd-rw' }));
    expect(dvdRw).toMatch(/Mounted Media:\s+14h, DVD-RW Sequential/);
    expect(dvdRw).toMatch(/Media ID:\s+TDK502sakuM3/);
    expect(dvdRw).toMatch(/00h\(800\):\s+2297888\*2048=4706074624/);
    expect(dvdRw).toMatch(/10h\(10\):\s+2297888\*2048=4706074624/);
    expect(dvdRw).toMatch(/15h\(10\):\s+2297888\*2048=4706074624/);
  });

  cell({ medium: 'dvd-r-dl', mode: 'looked at', performer: 'dvd+rw-mediainfo' }, async () => {
    const dualLayer = await mediainfo(await burnBench({ blank: 'dvd-r-dl' }));
    expect(dualLayer).toMatch(/Mounted Media:\s+15h, DVD-R Dual Layer Sequential/);
    expect(dualLayer).toMatch(/Free Blocks:\s+4171712\*2KB/);
  });
});

describe.skipIf(!canRun('xorriso'))('xorriso burns to our drive', () => {
  cell({ medium: ['dvd-r', 'dvd-rw', 'dvd-r-dl'], mode: 'image', performer: 'xorriso' }, async (blank) => {
    const bench = await burnBench({ blank, slowCommands: 3 });
    const image = bench.randomFile('x.iso', 1000);
    await xorriso(bench, '-as', 'cdrecord', '-v', `dev=${DEVICE}`, 'x.iso');
    expectRecorded(await bench.recorded(), image);
  });

  cell({ medium: ['dvd-r', 'dvd-rw'], mode: 'sessions', performer: 'xorriso' }, async (blank) => {
    const bench = await burnBench({ blank });
    for (const name of ['one', 'two']) {
      bench.randomFile(name, 50);
      await xorriso(bench, '-dev', DEVICE, '-map', name, `/${name}`, '-commit');
    }
    expect(await compare(bench, 'one', 'two')).not.toMatch(/differ/i);
    const toc = await xorriso(bench, '-indev', DEVICE, '-toc');
    expect(toc).toMatch(/Media status\s*:.*is appendable/);
    expect(toc.match(/ISO session/g)).toHaveLength(2);
  });

  cell({ medium: 'dvd-rw', mode: 'formatted, grown, blanked, again', performer: 'xorriso' }, async () => {
    const bench = await burnBench({ blank: 'dvd-rw' });
    await xorriso(bench, '-outdev', DEVICE, '-format', 'fast');
    for (const name of ['one', 'two']) {
      bench.randomFile(name, 50);
      await xorriso(bench, '-dev', DEVICE, '-map', name, `/${name}`, '-commit');
    }
    expect(await compare(bench, 'one', 'two')).not.toMatch(/differ/i);
    await xorriso(bench, '-outdev', DEVICE, '-blank', 'deformat_quickest');
    expect(await xorriso(bench, '-outdev', DEVICE, '-toc')).toMatch(/is blank/);
    bench.randomFile('three', 50);
    await xorriso(bench, '-dev', DEVICE, '-close', 'on', '-map', 'three', '/three', '-commit');
    expect(await compare(bench, 'three')).not.toMatch(/differ/i);
  });
});

describe.skipIf(!canRun('cdrskin'))('cdrskin burns to our drive', () => {
  // And it knows where the next one begins.
  cell({ medium: 'dvd-r', mode: 'sessions', performer: 'cdrskin' }, async () => {
    const bench = await burnBench({ blank: 'dvd-r' });
    const one = bench.randomFile('1.iso', 500);
    await good(bench, 'cdrskin', '-v', `dev=${DEVICE}`, '-multi', '-tao', '-data', '1.iso');
    const msinfo = /(\d+),(\d+)/.exec(await good(bench, 'cdrskin', `dev=${DEVICE}`, '-msinfo'));
    expect(msinfo?.slice(1).map(Number)).toEqual([0, 512 + 32_768]);
    const two = bench.randomFile('2.iso', 300);
    await good(bench, 'cdrskin', '-v', `dev=${DEVICE}`, '-tao', '-data', '2.iso');
    expectRecorded(await bench.recorded({ track: 1 }), one);
    expectRecorded(await bench.recorded({ track: 2 }), two);
    expect(await good(bench, 'cdrskin', `dev=${DEVICE}`, '-minfo')).toMatch(/disk status:\s+complete/);
  });

  cell({ medium: ['dvd-r', 'dvd-rw'], mode: 'disc at once', performer: 'cdrskin' }, async (blank) => {
    const bench = await burnBench({ blank });
    const image = bench.randomFile('1.iso', 500);
    await good(bench, 'cdrskin', '-v', `dev=${DEVICE}`, '-sao', '-data', '1.iso');
    expectRecorded(await bench.recorded(), image);
  });

  cell({ medium: 'dvd-r', mode: 'test write', performer: 'cdrskin' }, async () => {
    const bench = await burnBench({ blank: 'dvd-r' });
    bench.randomFile('1.iso', 500);
    await good(bench, 'cdrskin', '-v', `dev=${DEVICE}`, '-dummy', '-sao', '-data', '1.iso');
    expect(await good(bench, 'cdrskin', `dev=${DEVICE}`, '-minfo')).toMatch(/disk status:\s+empty/);
  });

  for (const [mode, way] of [
    ['blanked quickly, again', 'fast'],
    ['blanked fully, again', 'all'],
  ] as const)
    cell({ medium: 'dvd-rw', mode, performer: 'cdrskin' }, async () => {
      const bench = await burnBench({ blank: 'dvd-rw' });
      for (const blocks of [400, 300]) {
        const image = bench.randomFile('x.iso', blocks);
        await good(bench, 'cdrskin', '-v', `dev=${DEVICE}`, '-sao', '-data', 'x.iso');
        expectRecorded(await bench.recorded(), image);
        await good(bench, 'cdrskin', '-v', `dev=${DEVICE}`, `blank=${way}`);
        expect(await good(bench, 'cdrskin', `dev=${DEVICE}`, '-minfo')).toMatch(/disk status:\s+empty/);
      }
    });
});

describe.skipIf(!canRun('wodim'))('wodim burns to our drive', () => {
  const wodim = (bench: BurnBench, ...argv: string[]): Promise<string> =>
    good(bench, 'wodim', '-v', `dev=${DEVICE}`, 'gracetime=2', ...argv);

  cell({ medium: ['dvd-r', 'dvd-rw'], mode: 'disc at once', performer: 'wodim' }, async (blank) => {
    const bench = await burnBench({ blank });
    const image = bench.randomFile('x.iso', 1000);
    await wodim(bench, '-sao', '-data', 'x.iso');
    expectRecorded(await bench.recorded(), image);
  });

  cell({ medium: 'dvd-rw', mode: 'blanked quickly, again', performer: 'wodim' }, async () => {
    const bench = await burnBench({ blank: 'dvd-rw' });
    bench.randomFile('1.iso', 600);
    await wodim(bench, '-sao', '-data', '1.iso');
    await wodim(bench, 'blank=fast');
    const image = bench.randomFile('2.iso', 500);
    await wodim(bench, '-sao', '-data', '2.iso');
    expectRecorded(await bench.recorded(), image);
  });

  cell({ medium: 'dvd-r', mode: 'test write', performer: 'wodim' }, async () => {
    const bench = await burnBench({ blank: 'dvd-r' });
    bench.randomFile('x.iso', 1000);
    await wodim(bench, '-dummy', '-sao', '-data', 'x.iso');
    expect(await mediainfo(bench)).toMatch(/Disc status:\s+blank/);
  });
});
