/** What wodim, cdrskin and xorriso tell of a blank as shops sell it. */
import { describe, expect } from 'vitest';

import { cell } from '../support/matrix-cell.js';
import { DEVICE, burnBench, canRun } from './burn-programs.js';
import { cdrecordSays, xorriso } from './programs.js';

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
