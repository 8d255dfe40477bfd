import type { DriveCapabilities, DriveReport } from '../drive/drive.js';
import { isBlank } from '../drive/medium.js';
import { digestOf } from '../drive/medium-fingerprint.js';
import { kBpsOfFactor, userBytesPerSecond } from '../drive/speeds.js';
import type { ImageSummary } from '../image/image.js';
import { type ChosenSpeed, chooseSpeed } from './chosen-speed.js';
import type { BurnOptions } from './options.js';
import { leastWriteMs } from './least-time.js';
import { fitImage } from './fit-image.js';
import { chosenLayerBreak } from './layer-break.js';
import { type Placed, type Placement, isAppending, place } from './placement.js';
import type { BurnPlan, Decision } from './plan.js';
import { type PlannedPace, msOfZones, paceOf } from './planned-pace.js';
import { planWarnings } from './plan-warnings.js';
import { foretell } from './predict.js';
import { PHASES } from './progress.js';
import type { Burn, Recipe } from './recipes/recipe.js';
import { leftAfter, overheadOf, whatIsClosed } from './what-is-closed.js';
import { recipeFor } from './recipes/recipe-for.js';
import { eject, lock, prove, unlock, verifying } from './recipes/shared-steps.js';
import { type Question, refuseBurn, refuseReport } from './refusals.js';
import type { Step } from './step.js';
import { carried } from './transfer-limit.js';

const allSteps = (recipe: Recipe, burn: Burn, drive: DriveCapabilities): readonly Step[] => {
  const { verify, simulate, eject: ejects } = burn.options;
  const { parts } = burn.placement;
  return [
    lock,
    ...carried(recipe.steps(burn), recipe, drive),
    prove,
    ...(verify === 'none' || simulate ? [] : [verifying({ parts, mode: verify })]),
    unlock,
    ...(ejects ? [eject] : []),
  ];
};

/** Before the first run nobody knows how fast a drive reads; most read no slower than they write. */
const estimateMs = (recipe: Recipe, burn: Burn, pace: PlannedPace | undefined): number => {
  const { placement, medium, speedKBps, options } = burn;
  const rate = userBytesPerSecond(medium.kind, speedKBps ?? kBpsOfFactor(medium.kind, 4));
  const msOf = (blocks: number): number => (blocks * 2048 * 1000) / rate;
  const msAtRate = msOf(placement.blocks + placement.padding);
  const zones = pace?.zones ?? [];
  const writing = zones.length > 0 ? msOfZones(medium, zones) : msAtRate;
  const alsoRead = msOf(burn.continues?.listedBlocks ?? 0);
  const reading = options.verify === 'full' && !options.simulate ? msAtRate + alsoRead : 0;
  return Math.round(writing + reading + recipe.overheadMs(burn));
};

/** At what speed the drive stands is no matter of the plan, and changes with each recording. */
const withHash = (plan: Omit<BurnPlan, 'hash'>): BurnPlan => ({
  ...plan,
  hash: digestOf({ ...plan, pace: undefined, estimateMs: undefined }),
});

const layerBreakOf = ({ hasLayerBreak }: Recipe, burn: Burn): Pick<BurnPlan, 'layerBreak'> => {
  const layerBreak = hasLayerBreak === true ? chosenLayerBreak(burn) : undefined;
  return layerBreak === undefined ? {} : { layerBreak };
};

interface PlacedQuestion extends Omit<Question, 'placed'> {
  readonly placement: Placement;
}

const compose = ({ recipe, image, report }: PlacedQuestion, burn: Burn): BurnPlan => {
  const { medium, placement, options, speedKBps, rotation } = burn;
  const steps = foretell(medium, allSteps(recipe, burn, report.capabilities));
  const did = (what: Step['do']): boolean => steps.some((step) => step.do === what);
  const pace = paceOf(burn);
  const leastMs = leastWriteMs(burn, report.capabilities);
  return withHash({
    do: 'burn',
    recipe: recipe.name,
    medium: medium.kind,
    mediumFingerprint: medium.fingerprint,
    imageDigest: image.requestDigest,
    writeOnce: !medium.erasable,
    phases: PHASES.filter((phase) => steps.some((step) => step.phase === phase)),
    steps,
    recovery: [...recipe.recovery(burn)],
    placement,
    capacity: medium.capacity,
    ...(medium.blockBytes !== undefined && { blockBytes: medium.blockBytes }),
    free: placement.room,
    overhead: overheadOf(recipe, burn),
    left: burn.closes === 'disc' ? 0 : leftAfter(recipe, burn),
    ...goesOnWith(burn),
    ...(burn.continues && { imports: burn.continues }),
    ...(speedKBps !== undefined && { speedKBps }),
    ...(rotation && { rotation }),
    ...(pace && { pace }),
    ...(leastMs !== undefined && { leastWriteMs: leastMs }),
    ...layerBreakOf(recipe, burn),
    willErase: burn.erase,
    willFormat: did('format'),
    closes: burn.closes,
    options,
    quirks: [...burn.quirks],
    warnings: planWarnings(recipe, burn),
    estimateMs: estimateMs(recipe, burn, pace),
    expected: steps.at(-1)?.expects ?? { kind: medium.kind },
  });
};

/** By what the recording is known again that an image is added to. */
const goesOnWith = ({ medium, placement }: Burn): Pick<BurnPlan, 'goesOnWith'> =>
  isAppending(placement) && medium.recording !== undefined ? { goesOnWith: medium.recording } : {};

const burnOf = (
  { report, medium, image, options, recipe, placement }: PlacedQuestion,
  { kBps: speedKBps, rotation, warnings: speedWarnings }: ChosenSpeed,
): Burn => {
  const planned = fitImage(placement, image, { recipe, options, medium });
  const burn = { medium, options, placement: planned, speedKBps, rotation, speedWarnings };
  return {
    ...burn,
    erase: !isBlank(medium) && options.onNonBlank === 'erase',
    closes: whatIsClosed(recipe, burn),
    quirks: report.quirks,
    writeParametersBytes: report.capabilities.writeParametersBytes,
    continues: image.continues,
    bufferUnderrunFree: report.capabilities.bufferUnderrunFree && options.underrunProtection,
  };
};

/** Where an image that is still to be made would go on the medium in a drive. */
export const placeOn = (report: DriveReport, options: BurnOptions): Placed => {
  const refusal = refuseReport(report);
  if (refusal) return { refusal };
  const { medium, capabilities } = report;
  const recipe = medium && recipeFor(medium, options, capabilities);
  if (!medium || !recipe) throw new TypeError('a report without refusal has a medium with a recipe');
  return place(medium, options, recipe);
};

/**
 * Decides what will be done to the medium in a drive, or why nothing will. Pure: the same report, image and options
 * give the same plan with the same hash.
 */
export const planBurn = (
  report: DriveReport,
  image: ImageSummary,
  options: BurnOptions,
): Decision<BurnPlan> => {
  const refusal = refuseReport(report);
  if (refusal) return { refusals: [refusal] };
  const medium = report.medium;
  const recipe = medium && recipeFor(medium, options, report.capabilities);
  if (!medium || !recipe) throw new TypeError('a report without refusal has a medium with a recipe');
  const speed = chooseSpeed(medium, options);
  const placed = place(medium, options, recipe);
  const refusals = [
    ...refuseBurn({ report, medium, image, options, recipe, placed }),
    ...('refusal' in speed ? [speed.refusal] : []),
  ];
  if ('refusal' in speed || 'refusal' in placed || refusals.length > 0) return { refusals };
  const question = { report, medium, image, options, recipe, placement: placed.placement };
  return { plan: compose(question, burnOf(question, speed)) };
};
