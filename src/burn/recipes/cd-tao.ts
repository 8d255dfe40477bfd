import { isAppending } from '../placement.js';
import { CD_FAMILY, blankIfErased } from './cd-family.js';
import { CD_WRITE_PARAMETERS } from './cd-write-parameters.js';
import type { Burn, Recipe } from './recipe.js';
import { close, closeTrack } from './close-steps.js';
import { check, synchronize, write } from './shared-steps.js';
import { setSpeedOfCd } from './speed-steps.js';
import type { Step } from '../step.js';

const { endTestWrite, setParameters } = CD_WRITE_PARAMETERS;

/** MMC-5 §6.3, function 2: what it makes of the disc is in the multi-session field of the write parameters. */
const closeAsParametersSay = ({ closes }: Burn): Step => close(closes === 'disc' ? 'disc' : 'session', [2]);

/** CD-R and CD-RW, one data track at once. No CLOSE TRACK: synchronizing ends the track, and some LG drives mind. */
export const cdTao: Recipe = {
  ...CD_FAMILY,
  name: 'cd-tao',
  features: [0x2d],
  writeMode: 'tao',
  steps: (burn) => [
    ...blankIfErased(burn),
    ...setSpeedOfCd(burn),
    setParameters('tao', burn),
    check,
    write(burn, cdTao.blocksPerCommand),
    ...(burn.options.simulate
      ? [{ ...synchronize, alters: false }, endTestWrite(['tao'], burn)]
      : [synchronize, closeAsParametersSay(burn)]),
  ],
  /** What was begun behind other sessions stays open: readers that see no lead-in of it go on reading those. */
  recovery: (burn) => {
    if (burn.options.simulate) return [synchronize, endTestWrite(['tao'], burn)];
    if (burn.medium.kind === 'cd-rw' || isAppending(burn.placement)) return [synchronize];
    return [synchronize, closeTrack(1), closeAsParametersSay(burn)];
  },
};
