import type { Recipe } from './recipe.js';
import { check, close, closeTrack, setSpeedOfDisc, synchronize, write } from './shared-steps.js';

/**
 * DVD+R, one track in one session. There is no test write and no write parameters page. Finalizing by function 6 is
 * what most engines do; drives that do not know it finalize with the minimal radius, function 5.
 */
export const dvdPlusR: Recipe = {
  name: 'dvd+r',
  features: [0x2b],
  blocksPerCommand: 32,
  hasSessions: true,
  canSimulate: false,
  padding: (blocks) => -blocks & 15,
  needed: (blocks) => -blocks & 15,
  steps: (burn) => [
    ...setSpeedOfDisc(burn),
    check,
    write(burn, dvdPlusR.blocksPerCommand),
    synchronize,
    closeTrack(1),
    burn.options.close === 'disc' ? close('disc', [6, 5]) : close('session', [2]),
  ],
  /** Left open: its next writable address stays valid. */
  recovery: () => [synchronize],
  /** Lead-in, lead-out and, for short recordings, the fill up to the minimal radius. */
  overheadMs: () => 60_000,
};
