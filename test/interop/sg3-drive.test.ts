/** What sg3-utils see of our virtual drives beside features; sg3-features.test.ts has those. */
import { describe, expect, it } from 'vitest';
import { describeModePages } from '../../src/drive/describe-mode-pages.js';
import { readReport } from '../../src/drive/report.js';
import { unhex } from '../support/hex.js';
import { type BurnBench, DEVICE, type Ran, burnBench } from './burn-programs.js';
import {
  CASES,
  ILLEGAL_REQUEST,
  INVALID_OPCODE,
  NOT_READY,
  UNIT_ATTENTION,
  able,
  benchOf,
  named,
  readableOf,
  sessionOf,
  succeed,
} from './sg3-bench.js';
import { dumpedBytes, toldConfiguration, toldPages } from './sg3-told.js';

/** Page Control of MODE SENSE as sg_modes takes it, and as we name it. */
const CONTROLS = ['current', 'changeable', 'default', 'saved'] as const;
/** Those of MMC-5, and of drives for CD 0Eh and 2Ah of MMC-3; one that reads nothing else has 0Dh, too. */
const PAGES = [0x01, 0x05, 0x08, 0x0e, 0x1a, 0x1d, 0x2a];
const PAGES_OF_CD = [0x01, 0x05, 0x08, 0x0d, 0x0e, 0x1a, 0x1d, 0x2a];

describe.skipIf(!able)('[sg3-utils gcc] sg_modes', () => {
  it.each(CASES.map((one) => [named(one), one] as const))(
    'tells the bytes that we tell: %s',
    async (_, one) => {
      const bench = await benchOf(one);
      // Bridges that know MODE SENSE (6) alone: whoever asks us for the pages need not know that.
      const form = one.model === 'usb-bridge' ? ['-6'] : [];
      if (form.length > 0) {
        const { status, output } = await bench.run('sg_modes', DEVICE);
        expect([status, output]).toEqual([
          INVALID_OPCODE,
          expect.stringContaining("try again with a '-6' switch"),
        ]);
      }
      const ours = await describeModePages(sessionOf(bench));
      expect(ours.map(({ code }) => code)).toEqual(one.model === 'cd-writer' ? PAGES_OF_CD : PAGES);
      for (const [control, kept] of CONTROLS.entries()) {
        const { status, output } = await bench.run(
          'sg_modes',
          ...form,
          '-v',
          `--control=${control}`,
          '--all',
          DEVICE,
        );
        if (kept === 'saved') {
          expect([status, output]).toEqual([
            ILLEGAL_REQUEST,
            expect.stringContaining('Saving parameters not supported'),
          ]);
          for (const page of ours) expect(page).not.toHaveProperty('saved');
        } else
          expect(toldPages(output), output).toEqual(
            Object.fromEntries(ours.map((page) => [page.code, page[kept]?.raw])),
          );
      }
    },
  );

  it('tells each page by itself as among all', async () => {
    const bench = await benchOf({ model: 'bd-writer', medium: 'dvd-ram' });
    const all = toldPages(await succeed(bench, 'sg_modes'));
    for (const code of PAGES)
      expect(toldPages(await succeed(bench, 'sg_modes', `--page=${code}`))).toEqual({ [code]: all[code] });
    const { status, output } = await bench.run('sg_modes', '--page=0x0d', DEVICE);
    expect([status, output]).toEqual([ILLEGAL_REQUEST, expect.stringContaining('page 0xd not supported')]);
  });

  it('finds in page 2Ah what the features tell, too', async () => {
    for (const model of ['cd-writer', 'dvd-writer', 'bd-writer', 'bd-rom', 'disk-drive'] as const) {
      const bench = await benchOf({ model });
      const page = unhex(toldPages(await succeed(bench, 'sg_modes'))[0x2a] ?? '');
      const codes = toldConfiguration(await succeed(bench, 'sg_get_config')).features.map(({ code }) => code);
      const has = (code: number): boolean => codes.includes(code);
      // MMC-3, page 2Ah, bytes 2 and 3: CD-R and CD-RW are bits 0 and 1, DVD-R bit 4.
      const bits = (byte: number | undefined): boolean[] =>
        [0, 1, 4].map((bit) => (((byte ?? 0) >> bit) & 1) === 1);
      expect([model, bits(page[2])]).toEqual([model, [has(0x1e), has(0x1e), has(0x1f)]]);
      expect([model, bits(page[3])]).toEqual([model, [has(0x2d), has(0x37), has(0x2f)]]);
    }
  });

  it('is followed by sg_wr_mode, whose page the drive takes', async () => {
    const bench = await benchOf({ model: 'dvd-writer', medium: 'dvd-ram' });
    // Read-write error recovery with three tries instead of eight.
    const contents = '--contents=01,0a,00,03,00,00,00,00,00,00,00,00';
    await succeed(bench, 'sg_wr_mode', '--page=1', contents);
    const [page] = (await describeModePages(sessionOf(bench))).filter(({ code }) => code === 0x01);
    expect(page?.current.decoded).toMatchObject({ readRetryCount: 3 });
    // MODE SELECT (6) is none of MMC-5's, and drives know it or not; ours does, as it knows MODE SENSE (6), with which the kernel's driver asks.
    const fewer = contents.replace(',03,', ',02,');
    expect(await bench.run('sg_wr_mode', '--six', '--page=1', fewer, DEVICE)).toMatchObject({ status: 0 });
    const [again] = (await describeModePages(sessionOf(bench))).filter(({ code }) => code === 0x01);
    expect(again?.current.decoded).toMatchObject({ readRetryCount: 2 });
  });
});

describe.skipIf(!able)('[sg3-utils gcc] what a drive and its medium are', () => {
  it.each(CASES.map((one) => [named(one), one] as const))(
    'is the same for sg_inq and sg_readcap: %s',
    async (_, one) => {
      const bench = await benchOf(one);
      const told = await succeed(bench, 'sg_inq');
      const { identity, medium } = await readReport(sessionOf(bench));
      expect(told).toMatch(/ PDT=5 {2}RMB=1 .*\n/);
      expect(told).toContain('Peripheral device type: cd/dvd');
      for (const [label, value] of [
        ['Vendor identification', identity.vendor],
        ['Product identification', identity.product],
        ['Product revision level', identity.revision],
      ])
        expect(told).toMatch(new RegExp(`^ ${label}: ${value} *$`, 'm'));
      // ATAPI drives have their version, 3, where SPC has NormACA and HiSup (Pioneer's command references), and claim no SPC.
      expect(told).toContain('NormACA=1  HiSUP=1');
      expect(told).toContain(
        one.model === 'usb-bridge' ? 'version=0x02  [SCSI-2]' : '[no conformance claimed]',
      );

      const { status, output } = await bench.run('sg_readcap', DEVICE);
      if (one.medium === undefined) {
        expect([status, output]).toEqual([NOT_READY, expect.stringContaining('Device not ready')]);
        return;
      }
      const blocks = readableOf(one);
      // A drive has no other way to say 0 than block 0 as the last one; real ones do so for blank media (Pioneer's command references).
      expect(output).toContain(`Number of logical blocks=${Math.max(1, blocks)}\n`);
      expect(output).toContain('Logical block length=2048 bytes');
      expect(medium?.readable).toBe(blocks);
    },
  );

  it('has no vital product data, of which MMC wants none where feature 0001h has INQ2=0', async () => {
    const bench = await benchOf({ model: 'bd-writer' });
    expect(await succeed(bench, 'sg_get_config')).toContain('INQ2=0');
    const { status, output } = await bench.run('sg_inq', '--page=0', DEVICE);
    expect([status, output]).toEqual([ILLEGAL_REQUEST, expect.stringContaining('page not supported')]);
  });
});

/** The lines that sg_raw indents by a tab's worth. */
const dumpedSense = (output: string): string =>
  [...output.matchAll(/^ {8}((?:[\da-f]{2}(?: {1,2}|$))+)/gm)]
    .map(([, bytes = '']) => bytes.trim())
    .join(' ')
    .replaceAll(/ +/g, ' ');

const said = ({ status, output }: Ran): [number, string | undefined] => [
  status,
  /Additional sense: (.*)/.exec(output)?.[1],
];

describe.skipIf(!able)('[sg3-utils gcc] readiness, tray and lock', () => {
  const asked = async (bench: BurnBench, program: string, ...argv: string[]) =>
    said(await bench.runAtOnce(program, ...argv, '-v', DEVICE));
  const BECOMING = [NOT_READY, 'Logical unit is in process of becoming ready'];
  const CHANGED = [UNIT_ATTENTION, 'Not ready to ready change, medium may have changed'];

  it('are told one after the other, each in the words of sg3-utils', async () => {
    const bench = await burnBench({ blank: 'cd-rw', model: 'cd-writer', slowCommands: 4 });
    // It was switched on, and then a medium was put in.
    const SWITCHED_ON = 'Power on, reset, or bus device reset occurred';
    expect(await asked(bench, 'sg_requests')).toEqual([0, SWITCHED_ON]);
    expect(await asked(bench, 'sg_requests')).toEqual([0, CHANGED[1]]);
    // Sense goes with the answer that it is about, so that there is nothing left to ask for.
    expect(await asked(bench, 'sg_requests')).toEqual([0, 'No additional sense information']);
    expect(await asked(bench, 'sg_turs')).toEqual(BECOMING);
    expect(await asked(bench, 'sg_turs')).toEqual(BECOMING);
    expect(await asked(bench, 'sg_turs')).toEqual([0, undefined]);

    expect(await asked(bench, 'sg_prevent', '--prevent=1')).toEqual([0, undefined]);
    expect(await asked(bench, 'sg_start', '--eject')).toEqual([ILLEGAL_REQUEST, 'Medium removal prevented']);
    expect(await asked(bench, 'sg_prevent', '--allow')).toEqual([0, undefined]);
    expect(await asked(bench, 'sg_start', '--eject')).toEqual([0, undefined]);
    expect(await asked(bench, 'sg_turs')).toEqual([NOT_READY, 'Medium not present - tray open']);
    expect(await asked(bench, 'sg_start', '--load')).toEqual([0, undefined]);
    expect(await asked(bench, 'sg_turs')).toEqual(CHANGED);
    await bench.run('sg_turs', DEVICE);

    // BLANK minimally, Immed.
    const blank = await bench.runAtOnce(
      'sg_raw',
      DEVICE,
      ...'a1 11 00 00 00 00 00 00 00 00 00 00'.split(' '),
    );
    expect(blank.status).toBe(0);
    const progress = await bench.runAtOnce('sg_requests', '--progress', DEVICE);
    expect(progress.output).toContain('Progress indication: 25.00% done');
    expect(await asked(bench, 'sg_turs')).toEqual([
      NOT_READY,
      'Logical unit not ready, operation in progress',
    ]);

    await bench.run('sg_turs', DEVICE);
    await bench.drive.removeMedium();
    expect(await asked(bench, 'sg_turs')).toEqual([NOT_READY, 'Medium not present - tray closed']);
  });
});

describe.skipIf(!able)('[sg3-utils gcc] sg_raw', () => {
  it.each(['cd-writer', 'lying-writer', 'usb-bridge'] as const)(
    'is answered as others are: %s',
    async (model) => {
      const bench = await benchOf({ model, medium: 'cd-r' });
      const raw = (cdb: string, ...options: string[]) =>
        bench.run('sg_raw', '-v', ...options, DEVICE, ...cdb.split(' '));
      const unknown = await raw('d8 00 00 00 00 00 00 00 00 00 00 00');
      expect(said(unknown)).toEqual([INVALID_OPCODE, 'Invalid command operation code']);
      // Fixed format, 18 bytes: key in byte 2, ASC and ASCQ in 12 and 13 (SPC-3 §4.5.3).
      expect(dumpedSense(unknown.output)).toBe('70 00 05 00 00 00 00 0a 00 00 00 00 20 00 00 00 00 00');
      // GET CONFIGURATION with RT 3, which is reserved.
      const bad = await raw('46 03 00 00 00 00 00 00 40 00', '--request=64');
      expect(said(bad)).toEqual([ILLEGAL_REQUEST, 'Invalid field in cdb']);
      expect(dumpedSense(bad.output)).toBe('70 00 05 00 00 00 00 0a 00 00 00 00 24 00 00 00 00 00');
      // 64 bytes have room; 36 come, and so says the residual.
      const short = await raw('12 00 00 00 40 00', '--request=64');
      expect(short.output).toContain('Received 36 bytes of data:');
      expect(dumpedBytes(short.output)).toMatch(/^05 80 0\d 32 1f( [\da-f]{2}){31}$/);
    },
  );
});
