/** What wodim, cdrskin and xorriso tell of a blank as shops sell it. */
import { describe, expect, it } from 'vitest';

import { cell } from '../support/matrix-cell.js';
import { DEVICE, burnBench, canRun } from './burn-programs.js';
import { cdrecordSays, mediainfo, xorriso } from './programs.js';

/** As libburn names the profile. */
const BLANKS = [
  ['cd-r', 'CD-R'],
  ['cd-rw', 'CD-RW'],
  ['dvd-r', 'DVD-R sequential recording'],
  ['dvd-rw', 'DVD-RW sequential recording'],
  ['dvd-r-dl', 'DVD-R/DL sequential recording'],
  ['dvd+r', 'DVD+R'],
  ['dvd+r-dl', 'DVD+R/DL'],
  ['dvd+rw', 'DVD+RW'],
  ['dvd-ram', 'DVD-RAM'],
  ['bd-r', 'BD-R sequential recording'],
  ['bd-re', 'BD-RE'],
] as const;

/** Where the lead-out may begin at the latest, and the minute where the lead-in does, which is of its maker. */
const ATIP = [
  ['cd-r', '359849', '97:'],
  ['cd-rw', '359849', '97:'],
] as const;

describe.skipIf(!canRun('wodim'))('wodim looks at our drive', () => {
  for (const [medium, leadOut, leadIn] of ATIP)
    cell({ medium, mode: 'looked at', performer: 'wodim' }, async (blank) => {
      const told = await cdrecordSays(await burnBench({ blank }), 'wodim', '-atip');
      expect(told).toContain(`(${leadIn}`);
      expect(told).toContain(leadOut);
      expect(told).toMatch(blank === 'cd-rw' ? /Is erasable/ : /Is not erasable/);
    });
});

/** Profiles, as it names that of the medium among those of the drive. */
const DVD_PROFILES = [
  ['dvd-r', '0x0011'],
  ['dvd-rw', '0x0014'],
  ['dvd+r', '0x001B'],
  ['dvd+r-dl', '0x002B'],
  ['dvd+rw', '0x001A'],
] as const;

describe.skipIf(!canRun('wodim'))('wodim looks at a DVD in our drive', () => {
  for (const [medium, profile] of DVD_PROFILES)
    cell({ medium, mode: 'looked at', performer: 'wodim' }, async (blank) => {
      const told = await cdrecordSays(await burnBench({ blank }), 'wodim', '-atip');
      expect(told).toMatch(new RegExp(`Profile: ${profile} .*\\(current\\)`));
      expect(told).toMatch(/Using generic SCSI-3\/mmc DVD-R\(W\) driver/);
    });
});

describe.skipIf(!canRun('cdrskin'))('cdrskin looks at our drive', () => {
  for (const [medium, profile] of BLANKS)
    cell({ medium, mode: 'looked at', performer: 'cdrskin' }, async (blank) => {
      const told = await cdrecordSays(await burnBench({ blank }), 'cdrskin', '-minfo');
      expect(told).toContain(`Current: ${profile}\n`);
      expect(told).toContain('The drive holds a blank disc');
    });
});

describe.skipIf(!canRun('xorriso'))('xorriso looks at our drive', () => {
  for (const [medium, profile] of BLANKS)
    cell({ medium, mode: 'looked at', performer: 'xorriso' }, async (blank) => {
      const told = await xorriso(await burnBench({ blank }), '-outdev', DEVICE, '-toc');
      expect(told).toContain(`Media current: ${profile}\n`);
      expect(told).toMatch(/Media status : is blank/);
    });
});

/** Speeds of all zones, as it prints them; 1x is 1,385 kB/s of a DVD, 4,495 of a BD. */
const ZONES = [
  ['dvd+r', ['6.6x1385=9091KB/s@0 -> 16.0x1385=22160KB/s@2295103']],
  ['dvd-r', ['6.6x1385=9091KB/s@0 -> 16.0x1385=22160KB/s@2298495']],
  [
    'dvd+r-dl',
    [
      '4.0x1385=5540KB/s@[0 -> 527913]',
      '6.0x1385=8310KB/s@[527914 -> 1266994]',
      '8.0x1385=11080KB/s@[1266995 -> 2086911]',
      '8.0x1385=11080KB/s@[2086912 -> 2906828]',
      '6.0x1385=8310KB/s@[2906829 -> 3645909]',
      '4.0x1385=5540KB/s@[3645910 -> 4173823]',
    ],
  ],
  ['bd-r', ['6.6x4495=29508KB/s@0 -> 16.0x4495=71928KB/s@12219391']],
] as const;

describe.skipIf(!canRun('dvd+rw-mediainfo'))(
  'dvd+rw-mediainfo reads how fast our drive records where',
  () => {
    it.each(ZONES)('of a %s', async (blank, zones) => {
      const told = await mediainfo(await burnBench({ blank, model: 'zoned-writer' }));
      const printed = [...told.matchAll(/^(?: Write Performance:)?\s+([\d.]+x\d+=\d+KB\/s@.*)$/gm)];
      expect(printed.map(([, zone]) => zone)).toEqual(zones);
    });
  },
);
