import { hasQuirk } from '../../drive/quirks.js';
import { isAppending } from '../placement.js';
import type { Step } from '../step.js';
import { closeSession, closesByFunctions } from './closing-treatments.js';
import type { Burn, Recipe } from './recipe.js';
import { close, closeTrack } from './close-steps.js';
import { check, synchronize, write } from './shared-steps.js';
import { setSpeedOfDisc } from './speed-steps.js';

const closeDisc = close('disc', [6, 5]);

const FINALIZE = { minimum: [5, 6], any: [6, 5] } as const;

/**
 * MMC-5 §6.3. Finalizing by function 6 is what most engines do; drives that do not know it finalize with the minimal
 * radius, function 5, which is for players: the recording reaches as far out as theirs look (unverified).
 */
const finalize = ({ options, quirks }: Burn): Step => {
  const { finalizeRadius, dvdCompatibility } = options;
  if (finalizeRadius !== 'auto') return close('disc', FINALIZE[finalizeRadius]);
  const isForPlayers = dvdCompatibility === true || hasQuirk(quirks, 'finalize-by-5');
  return close('disc', FINALIZE[isForPlayers ? 'minimum' : 'any']);
};

/** DVD+R, one track in each session. There is no test write and no write parameters page. */
export const dvdPlusR: Recipe = {
  name: 'dvd+r',
  features: [0x2b],
  blocksPerCommand: 32,
  unit: 16,
  hasSessions: true,
  canSimulate: false,
  hasFinalizeRadius: true,
  padding: (blocks) => -blocks & 15,
  needed: (blocks) => -blocks & 15,
  /** Closure of a session and intro of the next, as the virtual drive has them (unverified). */
  overhead: () => 4096,
  steps: (burn) => [
    ...setSpeedOfDisc(burn),
    check,
    write(burn, dvdPlusR.blocksPerCommand),
    synchronize,
    closeTrack(burn.placement.track),
    burn.closes === 'disc' ? finalize(burn) : closeSession,
  ],
  /** Left open: its next writable address stays valid. */
  recovery: () => [synchronize],
  ...closesByFunctions(closeDisc),
  /** Lead-in, lead-out and, for short recordings, the fill up to the minimal radius. */
  overheadMs: ({ placement }) => (isAppending(placement) ? 30_000 : 60_000),
};
