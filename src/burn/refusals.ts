import type { DriveContents, DriveReport } from '../drive/drive.js';
import { type Medium, isBlank } from '../drive/medium.js';
import { DATA_UNIT, type ImageSummary } from '../image/image.js';
import type { BurnOptions } from './options.js';
import { place, usableBlocks } from './placement.js';
import type { Refusal } from './plan.js';
import { RECIPES, recipeFor } from './recipes/recipe-for.js';
import type { Recipe } from './recipes/recipe.js';

interface Question {
  readonly report: DriveReport;
  readonly medium: Medium;
  readonly image: ImageSummary;
  readonly options: BurnOptions;
  readonly recipe: Recipe;
}

type Answer = Refusal | undefined;

const WITHOUT_MEDIUM: Readonly<Record<DriveContents, Refusal>> = {
  open: { code: 'medium-not-present', detail: 'The tray is open.' },
  empty: { code: 'medium-not-present', detail: 'The drive is empty.' },
  loading: { code: 'drive-becoming-ready', detail: 'The drive is still reading in the medium.' },
  ready: { code: 'medium-unreadable', detail: 'The drive is ready but says nothing about its medium.' },
};

const imageOfOnePart = ({ image }: Question): Answer => {
  const [part] = image.parts;
  const fits =
    image.parts.length === 1 &&
    part !== undefined &&
    part.length > 0 &&
    part.unit.mainBytes === DATA_UNIT.mainBytes &&
    part.unit.subchannelBytes === 0 &&
    (part.start === 'next-writable' || part.start === 0);
  return fits
    ? undefined
    : {
        code: 'image-invalid',
        detail: 'This version records images of one part of whole 2,048-byte blocks that begins at block 0.',
      };
};

/** Recording features of sequential media are current only while something can be recorded, i.e. not when closed. */
const recordable = ({ report, medium, recipe }: Question): Answer =>
  (!medium.overwritable && !isBlank(medium)) ||
  recipe.features.some((feature) => report.capabilities.currentFeatures.includes(feature))
    ? undefined
    : {
        code: 'medium-unsupported',
        detail: `The drive reads ${medium.kind} media but cannot record on this one.`,
      };

const unprotected = ({ medium }: Question): Answer =>
  medium.writeProtected
    ? { code: 'medium-write-protected', detail: `The ${medium.kind} medium is write protected.` }
    : undefined;

const holding = (medium: Medium): string => {
  const volume = medium.volumeIdentifier === undefined ? '' : ` "${medium.volumeIdentifier}"`;
  if (medium.overwritable) return medium.contents === 'volume' ? `the volume${volume}` : 'unknown data';
  if (medium.lastSession === 'incomplete' || medium.lastSession === 'damaged')
    return `a recording${volume} that was not finished`;
  return `${medium.sessions} session${medium.sessions === 1 ? '' : 's'}${volume}`;
};

const nothingLost = ({ medium, options }: Question): Answer => {
  if (isBlank(medium)) return undefined;
  const detail = `The ${medium.kind} medium holds ${holding(medium)}.`;
  if (options.onNonBlank === 'reject') return { code: 'medium-not-blank', detail };
  if (options.onNonBlank === 'append') return { code: 'medium-append-unsupported', detail };
  return medium.erasable
    ? undefined
    : { code: 'medium-not-erasable', detail: `${detail} What is on it stays on it.` };
};

const roomy = ({ medium, image, recipe }: Question): Answer => {
  const { blocks, padding } = place(medium, image, recipe);
  const has = usableBlocks(medium);
  return blocks + padding <= has
    ? undefined
    : {
        code: 'medium-too-small',
        detail: `The image needs ${blocks + padding} blocks, the ${medium.kind} medium has ${has}.`,
      };
};

const simulable = ({ report, medium, options, recipe }: Question): Answer => {
  if (!options.simulate) return undefined;
  if (!recipe.canSimulate || !report.capabilities.testWrite)
    return {
      code: 'simulate-unsupported',
      detail: `There is no test write on ${medium.kind} with this drive.`,
    };
  return isBlank(medium)
    ? undefined
    : {
        code: 'simulate-unsupported',
        detail: 'A test write needs a blank medium; erasing one is never a test.',
      };
};

const closable = ({ medium, options, recipe }: Question): Answer =>
  options.close === 'disc' || recipe.hasSessions
    ? undefined
    : {
        code: 'close-unsupported',
        detail: `A ${medium.kind} medium keeps no sessions: there is none to close and none to leave open.`,
      };

const RULES = [imageOfOnePart, recordable, unprotected, nothingLost, roomy, simulable, closable] as const;

/** Why a report gives nothing to plan with, if so. */
export const refuseReport = ({ contents, medium }: DriveReport): Refusal | undefined => {
  if (medium === undefined) return WITHOUT_MEDIUM[contents];
  return recipeFor(medium.kind) === undefined
    ? {
        code: 'medium-unsupported',
        detail: `Spindle cannot record on ${medium.kind} media (profile ${medium.profile.toString(16).padStart(4, '0').toUpperCase()}h); it knows ${Object.keys(RECIPES).join(', ')}.`,
      }
    : undefined;
};

/** Everything that speaks against burning, not only the first. */
export const refuseBurn = (question: Question): readonly Refusal[] =>
  RULES.map((rule) => rule(question)).filter((answer) => answer !== undefined);
