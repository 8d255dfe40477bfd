import { describe, expect, it } from 'vitest';
import { plan as planSchema } from '../../../src/burn/plan.js';
import type { Step } from '../../../src/burn/step.js';
import { BURNABLE_KINDS, aMedium, aPlan, aRecordedMedium } from '../../support/drive-report.js';

const doing = ({ steps }: { steps: readonly Step[] }): string => steps.map((step) => step.do).join(' ');

const stepOf = ({ steps }: { steps: readonly Step[] }, what: Step['do']): Step => {
  const found = steps.find((step) => step.do === what);
  if (!found) throw new Error(`no step ${what}`);
  return found;
};

describe('plan for a blank medium', () => {
  it('records a CD-R at once, ends its track by synchronizing and closes the disc', () => {
    expect(doing(aPlan(aMedium('cd-r')))).toBe(
      'lock set-speed set-parameters check write synchronize close-disc prove verify unlock',
    );
  });

  it('closes track, then disc of a DVD+R', () => {
    expect(doing(aPlan(aMedium('dvd+r')))).toBe(
      'lock set-speed check write synchronize close-track close-disc prove verify unlock',
    );
  });

  it('formats a new DVD+RW in the background and ends that format', () => {
    expect(doing(aPlan(aMedium('dvd+rw')))).toBe(
      'lock format set-speed check invalidate write synchronize stop-format close-session prove verify unlock',
    );
  });

  it('formats a new BD-RE and closes nothing', () => {
    const plan = aPlan(aMedium('bd-re'));
    expect(doing(plan)).toBe('lock format set-speed check invalidate write synchronize prove verify unlock');
    expect(plan).toMatchObject({ willFormat: true, closes: 'nothing' });
  });

  it('halves a DVD+R DL that it closes at once, and says where', () => {
    const plan = aPlan(aMedium('dvd+r-dl'), 5000);
    expect(doing(plan)).toBe(
      'lock set-speed check set-layer-break write synchronize close-track close-disc prove verify unlock',
    );
    // 5,008 blocks with padding are 313 ECC blocks: 157 on layer 0, of 16 blocks each.
    expect(plan.layerBreak).toBe(2512);
    // As growisofs sends it: length 10, then the blocks at payload 4.
    expect(stepOf(plan, 'set-layer-break').command).toMatchObject({
      cdb: 'bf 00 00 00 00 00 00 20 00 0c 00 00',
      data: '00 0a 00 00 00 00 00 00 00 00 09 d0',
    });
  });

  it('leaves the layers of a DVD+R DL alone that stays open, or when told so', () => {
    for (const options of [{ close: 'session' }, { layerBreak: 'drive' }] as const) {
      const plan = aPlan(aMedium('dvd+r-dl'), 5000, options);
      expect(plan.layerBreak).toBeUndefined();
      expect(doing(plan)).not.toContain('set-layer-break');
    }
    expect(aPlan(aMedium('dvd+r-dl'), 5000, { layerBreak: 8000 }).layerBreak).toBe(8000);
  });

  it('writes a DVD-RAM as it is told: by the drive, verified, or streaming', () => {
    const commands = (['drive', 'verify', 'stream'] as const).map(
      (onWrite) => stepOf(aPlan(aMedium('dvd-ram'), 5000, { onWrite }), 'write').transfer?.command,
    );
    expect(commands).toEqual([undefined, 'write-and-verify', 'write-streaming']);
    expect(doing(aPlan(aMedium('dvd-ram')))).toBe(
      'lock set-speed check invalidate write synchronize prove verify unlock',
    );
  });

  it('lets the drive format a DVD+RW on when told so', () => {
    expect(doing(aPlan(aMedium('dvd+rw'), 5000, { backgroundFormat: 'continue' }))).not.toContain(
      'stop-format',
    );
  });

  it('fills whole blocks of a removable disk', () => {
    const plan = aPlan(aMedium('removable-disk'), 4999);
    expect(plan).toMatchObject({ blockBytes: 4096, placement: { blocks: 4999, padding: 1 } });
    expect(doing(plan)).toBe('lock check invalidate write synchronize prove verify unlock');
  });

  it('closes track, then disc of a BD-R by function 6, or its session', () => {
    const plan = aPlan(aMedium('bd-r'));
    expect(doing(plan)).toBe(
      'lock set-speed check write synchronize close-track close-disc prove verify unlock',
    );
    expect(stepOf(plan, 'close-disc').command?.cdb).toBe('5b 01 06 00 00 00 00 00 00 00');
    const open = aPlan(aMedium('bd-r'), 5000, { close: 'session' });
    expect(stepOf(open, 'close-session').command?.cdb).toBe('5b 01 02 00 00 00 00 00 00 00');
    expect(open.placement).toMatchObject({ unit: 32, padding: 24 });
  });

  it('leaves a DVD+R appendable when only the session is to be closed', () => {
    const plan = aPlan(aMedium('dvd+r'), 5000, { close: 'session' });
    expect(doing(plan)).toContain('close-track close-session');
    expect(plan.closes).toBe('session');
    expect(plan.expected).toMatchObject({ status: 'appendable', sessions: 1, recordedTracks: 1 });
  });

  // IMAPI's ForceMediaToBeClosed by DisableConsumerDvdCompatibilityMode. It closes a DVD+R DL in the last row, too, since
  // it could not append to one at first: here that is asked for like any other closing.
  it.each([
    [true, 'disc', 'disc', '5b 01 05'],
    [true, 'session', 'disc', '5b 01 05'],
    [false, 'disc', 'disc', '5b 01 06'],
    [false, 'session', 'session', '5b 01 02'],
  ] as const)(
    'closes a DVD+R as IMAPI does: for players %s, asked for %s, closed: %s',
    (dvdCompatibility, wanted, closes, cdb) => {
      for (const kind of ['dvd+r', 'dvd+r-dl'] as const) {
        const plan = aPlan(aMedium(kind), 5000, { dvdCompatibility, close: wanted });
        expect(plan.closes).toBe(closes);
        expect(stepOf(plan, `close-${closes}`).command?.cdb.slice(0, 8)).toBe(cdb);
        expect(plan.warnings.some(({ code }) => code === 'closes-disc')).toBe(wanted !== closes);
        expect(plan.expected.status).toBe(closes === 'disc' ? 'complete' : 'appendable');
      }
    },
  );

  it('says by which speed, with how many blocks and to which state', () => {
    expect(aPlan(aMedium('dvd+r'), 5000, { speed: '8x' })).toMatchObject({
      recipe: 'dvd+r',
      speedKBps: 11_080,
      placement: { session: 1, start: 0, blocks: 5000, padding: 8 },
      capacity: 2_295_104,
      free: 2_295_104,
      left: 0,
      willErase: false,
      writeOnce: true,
      expected: { kind: 'dvd+r', status: 'complete', sessions: 1, readable: 5000 },
      phases: ['load', 'calibrate', 'write', 'close', 'verify', 'unload'],
    });
  });

  it('ejects only when asked, and after everything else', () => {
    expect(doing(aPlan(aMedium('cd-r'), 5000, { eject: true })).endsWith('verify unlock eject')).toBe(true);
  });

  it('is a test write that alters nothing and is not verified when simulated', () => {
    const plan = aPlan(aMedium('cd-r'), 5000, { simulate: true });
    expect(doing(plan)).toBe(
      'lock set-speed set-parameters check write synchronize set-parameters prove unlock',
    );
    expect(plan.steps.some((step) => step.alters)).toBe(false);
    expect(plan.expected).toMatchObject({ status: 'empty', sessions: 0 });
    expect(plan.closes).toBe('nothing');
  });

  it('pads short tracks of CDs to four seconds', () => {
    expect(aPlan(aMedium('cd-r'), 40).placement).toMatchObject({ blocks: 40, padding: 260 });
  });

  it('gives up padding for read-ahead where the image fills the disc, and says so', () => {
    const plan = aPlan(aMedium('cd-r'), 359_800);
    expect(plan.placement.padding).toBe(47);
    expect(plan.warnings.map(({ code }) => code)).toContain('padding-reduced');
  });
});

describe('plan for a recorded medium', () => {
  it('blanks a CD-RW before it writes', () => {
    const plan = aPlan(aRecordedMedium('cd-rw'), 5000, { onNonBlank: 'erase' });
    expect(doing(plan)).toMatch(/^lock blank set-speed/);
    expect(stepOf(plan, 'blank').expects).toMatchObject({ status: 'empty', nextWritable: 0 });
    expect(plan).toMatchObject({ willErase: true, writeOnce: false, placement: { start: 0 } });
    expect(plan.warnings).toContainEqual({ code: 'data-lost', detail: 'The volume "OLD" will be lost.' });
  });

  it.each([
    ['a BD-RE with spares', aRecordedMedium('bd-re'), true],
    ['a BD-RE without', { ...aRecordedMedium('bd-re'), capacity: 12_219_392 }, false],
    ['a BD-RE of which nothing is listed', { ...aRecordedMedium('bd-re'), formats: [] }, true],
    ['a blank BD-R', aMedium('bd-r'), false],
    ['a BD-R with the least spares', aMedium('bd-r', { status: 'appendable', capacity: 12_088_320 }), true],
  ])('says that spares cost speed where there are some: %s', (_, medium, slow) => {
    const { warnings } = aPlan(medium, 5000, { onNonBlank: 'erase' });
    expect(warnings.some(({ code }) => code === 'slow-by-spares')).toBe(slow);
  });

  it.each(['dvd+rw', 'bd-re'] as const)('makes the old volume of a %s unreadable first', (kind) => {
    const plan = aPlan(aRecordedMedium(kind), 5000, { onNonBlank: 'erase' });
    expect(doing(plan)).toBe('lock set-speed check invalidate write synchronize prove verify unlock');
    expect(stepOf(plan, 'invalidate').transfer).toMatchObject({ start: 0, blocks: 0, padding: 32 });
    expect(stepOf(plan, 'write').transfer).toMatchObject({ start: 0, headLast: 32 });
  });

  it('goes on with a background format that was stopped', () => {
    const medium = { ...aRecordedMedium('dvd+rw'), backgroundFormat: 'started' } as const;
    const plan = aPlan(medium, 5000, { onNonBlank: 'erase' });
    expect(stepOf(plan, 'format').command?.data).toBe('00 02 00 08 00 23 05 40 98 00 00 01');
  });
});

describe('commands of a plan', () => {
  // Typed from MMC-5: BLANK table 6.2, CLOSE 6.3, FORMAT UNIT 6.5, WRITE PARAMETERS 7.5, SET CD SPEED 6.37.
  it('are those of the standard, byte by byte', () => {
    const erase = aPlan(aRecordedMedium('cd-rw'), 5000, { onNonBlank: 'erase', speed: '4x' });
    expect(stepOf(erase, 'blank').command?.cdb).toBe('a1 11 00 00 00 00 00 00 00 00 00 00');
    expect(stepOf(erase, 'set-speed').command?.cdb).toBe('bb 00 ff ff 02 c2 00 00 00 00 00 00');
    expect(stepOf(erase, 'set-parameters').command?.cdb).toBe('55 10 00 00 00 00 00 00 3c 00');
    expect(stepOf(erase, 'set-parameters').command?.data).toMatch(
      /^00 00 00 00 00 00 00 00 05 32 41 04 08 00 00 00 00 00 00 00 00 00 00 96( 00){36}$/,
    );
    expect(stepOf(erase, 'synchronize').command?.cdb).toBe('35 02 00 00 00 00 00 00 00 00');
    expect(stepOf(erase, 'close-disc').command?.cdb).toBe('5b 01 02 00 00 00 00 00 00 00');
  });

  it('keep a CD open for another session by the multi-session field', () => {
    const plan = aPlan(aMedium('cd-r'), 5000, { close: 'session' });
    expect(stepOf(plan, 'set-parameters').command?.data?.slice(24, 38)).toBe('05 32 41 c4 08');
  });

  it('finalize a DVD+R by function 6, or 5 where the drive refuses that', () => {
    const step = stepOf(aPlan(aMedium('dvd+r')), 'close-disc');
    expect(step.command?.cdb).toBe('5b 01 06 00 00 00 00 00 00 00');
    expect(step.alternatives.at(-1)).toMatchObject({
      on: ['5/24/*', '5/26/*'],
      command: { cdb: '5b 01 05 00 00 00 00 00 00 00' },
    });
  });

  it('format a new DVD+RW and a new BD-RE by the sizes that the drive lists', () => {
    const dvd = stepOf(aPlan(aMedium('dvd+rw')), 'format').command;
    expect(dvd).toMatchObject({ cdb: '04 11 00 00 00 00', data: '00 02 00 08 00 23 05 40 98 00 00 00' });
    const bd = stepOf(aPlan(aMedium('bd-re')), 'format').command;
    expect(bd).toMatchObject({ cdb: '04 11 00 00 00 00', data: '00 02 00 08 00 b4 74 00 00 00 30 00' });
  });

  it('set the speed of a DVD by SET STREAMING, else by SET CD SPEED', () => {
    const step = stepOf(aPlan(aMedium('dvd+r'), 5000, { speed: '4x' }), 'set-speed');
    expect(step.command).toMatchObject({
      cdb: 'b6 00 00 00 00 00 00 00 00 00 1c 00',
      data: '00 00 00 00 00 00 00 00 00 23 05 3f 00 00 56 90 00 00 03 e8 00 00 15 a4 00 00 03 e8',
    });
    expect(step.alternatives.map(({ command }) => command?.cdb)).toEqual([
      'b6 00 00 00 00 00 00 00 00 00 1c 00',
      'bb 00 ff ff 15 a4 00 00 00 00 00 00',
      undefined,
    ]);
  });
});

describe('hash of a plan', () => {
  it('is the same for the same drive, medium, image and options', () => {
    expect(aPlan(aMedium('cd-r')).hash).toBe(aPlan(aMedium('cd-r')).hash);
  });

  it('is another one as soon as anything differs', () => {
    const hashes = [
      aPlan(aMedium('cd-r')),
      aPlan(aMedium('cd-r'), 5001),
      aPlan(aMedium('cd-r'), 5000, { eject: true }),
      aPlan(aMedium('cd-r', { capacity: 333_000 })),
      aPlan(aMedium('cd-rw')),
    ].map(({ hash }) => hash);
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});

describe('plan as JSON', () => {
  it.each(BURNABLE_KINDS)('comes back as it was for %s', (kind) => {
    const plan = aPlan(aMedium(kind));
    expect(planSchema.parse(JSON.parse(JSON.stringify(plan)))).toEqual(plan);
  });
});
