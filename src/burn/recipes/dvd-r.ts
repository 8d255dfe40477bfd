import type { Step } from '../step.js';
import { DVD_MINUS_FAMILY, blankIfErased, reserve } from './dvd-minus-family.js';
import { DVD_MINUS_PARAMETERS, type DvdMinusMode } from './dvd-minus-parameters.js';
import { jumpInTheMiddle } from './layer-jump.js';
import type { Burn, Recipe } from './recipe.js';
import { close, closeBySynchronizing, closeTrack } from './close-steps.js';
import { check, synchronize, write } from './shared-steps.js';
import { setSpeedOfDisc } from './speed-steps.js';

const { endTestWrite, setParameters } = DVD_MINUS_PARAMETERS;

const endOfTest = (mode: DvdMinusMode, burn: Burn): readonly Step[] => [
  { ...synchronize, alters: false },
  endTestWrite([mode], burn),
];

/** What becomes of the border is in the multi-session field of the write parameters. */
const closeBorder = ({ placement, closes }: Burn): readonly Step[] => [
  synchronize,
  closeTrack(placement.track),
  close(closes === 'disc' ? 'disc' : 'session', [2]),
];

const recoveryIn =
  (mode: DvdMinusMode) =>
  (burn: Burn): readonly Step[] =>
    burn.options.simulate ? [synchronize, endTestWrite([mode], burn)] : [synchronize];

/** In increments: one RZone in a border of its own. Left open by a failure, its next writable address stays valid. */
const inIncrements = (name: Recipe['name'], mode: DvdMinusMode, before: (burn: Burn) => readonly Step[]) =>
  ({
    ...DVD_MINUS_FAMILY,
    name,
    writeMode: mode,
    features: [0x21, 0x33],
    steps: (burn) => [
      ...blankIfErased(burn),
      ...setSpeedOfDisc(burn),
      check,
      setParameters(mode, burn),
      ...before(burn),
      write(burn, DVD_MINUS_FAMILY.blocksPerCommand),
      ...(burn.options.simulate ? endOfTest(mode, burn) : closeBorder(burn)),
    ],
    recovery: recoveryIn(mode),
  }) satisfies Recipe;

/** DVD-R and DVD-RW in increments. */
export const dvdR: Recipe = inIncrements('dvd-r', 'incremental', () => []);

/** Of a DVD-R DL recorded layer after layer no border stays open. */
export const dvdRDl: Recipe = { ...dvdR, name: 'dvd-r-dl', onlySession: true };

/** DVD-R DL by layer jumps, of which one in the middle is enough. */
export const dvdRDlJump: Recipe = inIncrements('dvd-r-dl-jump', 'layer-jump', (burn) => [
  jumpInTheMiddle(burn),
]);

/** DVD-R, DVD-RW and DVD-R DL at once: the flush writes the lead-out, and nothing is left to close. */
export const dvdRDao: Recipe = {
  ...DVD_MINUS_FAMILY,
  name: 'dvd-r-dao',
  writeMode: 'dao',
  onlySession: true,
  features: [0x2f],
  steps: (burn) => [
    ...blankIfErased(burn),
    ...setSpeedOfDisc(burn),
    check,
    setParameters('dao', burn),
    reserve(burn),
    write(burn, DVD_MINUS_FAMILY.blocksPerCommand),
    ...(burn.options.simulate ? endOfTest('dao', burn) : [closeBySynchronizing('disc')]),
  ],
  recovery: recoveryIn('dao'),
};
