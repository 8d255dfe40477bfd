import type { DriveContents, DriveReport } from '../drive/drive.js';
import { isRandomBdR } from '../drive/medium-kind.js';
import { type Medium, type WriteProtection, holdsRecording, isBlank } from '../drive/medium.js';
import { DATA_UNIT, type ImageSummary, type Part } from '../image/image.js';
import { ANCHOR_BLOCK } from '../udf/anchor-places.js';
import { SYSTEM_AREA_BLOCKS } from '../iso9660/volume-descriptors.js';
import { refuseBdFormat } from './bd-format.js';
import type { BurnOptions } from './options.js';
import { fitImage, roomNeeded } from './fit-image.js';
import { roomOnLayers } from './layer-break.js';
import { refuseFinalizeRadius, refuseLayerBreak, refuseOnWrite } from './particulars.js';
import { type Placed, type Placement, isAppending, isWithin } from './placement.js';
import { isCurrent } from './recipes/choice.js';
import { RECIPES } from './recipes/recipe-for.js';
import type { Recipe } from './recipes/recipe.js';
import type { Refusal } from './refusal.js';
import { blocksPerWrite, refuseTransfers } from './transfer-limit.js';

/** Whether an image can be recorded so. */
export interface Question {
  readonly report: DriveReport;
  readonly medium: Medium;
  readonly image: ImageSummary;
  readonly options: BurnOptions;
  readonly recipe: Recipe;
  readonly placed: Placed;
}

type Answer = Refusal | undefined;

const WITHOUT_MEDIUM: Readonly<Record<DriveContents, Refusal>> = {
  open: { code: 'medium-not-present', detail: 'The tray is open.' },
  empty: { code: 'medium-not-present', detail: 'The drive is empty.' },
  loading: { code: 'drive-becoming-ready', detail: 'The drive is still reading in the medium.' },
  ready: { code: 'medium-unreadable', detail: 'The drive is ready but says nothing about its medium.' },
};

const isData = ({ unit, length }: Part): boolean =>
  length > 0 && unit.mainBytes === DATA_UNIT.mainBytes && unit.subchannelBytes === 0;

const ofData = ({ image }: Question): Answer =>
  image.parts.length > 0 && image.parts.every(isData)
    ? undefined
    : {
        code: 'image-invalid',
        detail: 'Only images of whole 2,048-byte blocks are recorded on such a medium.',
      };

/** The addresses in an image are those of the disc: elsewhere its directories point at other blocks than their own. */
const inPlace = (question: Question): Answer => {
  const { image, placed } = question;
  if ('refusal' in placed) return undefined;
  const { placement } = placed;
  if (isGrowth(question)) return refuseGrowth(placement, image.parts);
  const [part, ...others] = image.parts;
  if (others.length > 0)
    return {
      code: 'image-misplaced',
      detail: 'Only an overwritable medium can be changed in several places.',
    };
  if (part === undefined || part.start === 'next-writable' || part.start === placement.start)
    return undefined;
  return {
    code: 'image-misplaced',
    detail: `The image was made for block ${part.start}; what is recorded on this medium begins at block ${placement.start}.`,
  };
};

/** What the image shows of an earlier session lies on one medium, as it was when the image was made. */
const sameBase = ({ image: { continues }, medium }: Question): Answer =>
  continues === undefined || holdsRecording(medium, continues.recording)
    ? undefined
    : {
        code: 'medium-changed',
        detail:
          'The image continues what was on another medium, or on this one before something else was recorded.',
      };

const isGrowth = ({ medium, placed }: Question): boolean =>
  medium.overwritable && 'placement' in placed && isAppending(placed.placement);

const isAligned =
  ({ unit }: Placement) =>
  ({ start, length }: Part): boolean =>
    typeof start === 'number' && start % unit === 0 && length % unit === 0;

/** What is new comes first and lies behind the volume; where readers begin comes last, so that until then the old one holds. */
const refuseGrowth = (placement: Placement, parts: readonly Part[]): Answer => {
  const [first, last] = [parts[0], parts.at(-1)];
  if (parts.length < 2)
    return {
      code: 'medium-append-unsupported',
      detail: 'A volume on an overwritable medium grows by an image of what changes, which this one is not.',
    };
  // What leads to a tree within a volume lies anywhere; that the image was made for this very volume is another rule.
  if (first?.start !== placement.start || !(isWithin(placement) || isSuperblock(last)))
    return {
      code: 'image-misplaced',
      detail: `An image that makes a volume grow begins with what is new at block ${placement.start} and ends with the volume's descriptors or the anchor of its UDF.`,
    };
  return parts.every(isAligned(placement))
    ? undefined
    : {
        code: 'image-invalid',
        detail: `Its parts must begin at and be multiples of ${placement.unit} blocks.`,
      };
};

/** Where readers begin: the descriptors, or the anchor of UDF that has no ISO 9660 beside it. */
const isSuperblock = (part: Part | undefined): boolean => {
  const { start, length = 0 } = part ?? {};
  return (
    typeof start === 'number' &&
    [SYSTEM_AREA_BLOCKS, ANCHOR_BLOCK].some((block) => start <= block && block < start + length)
  );
};

/** Recording features of sequential media are current only while something can be recorded, i.e. not when closed. */
export const recordable = ({
  report,
  medium,
  recipe: { features, anyFeatures = features },
}: Pick<Question, 'report' | 'medium' | 'recipe'>): Answer =>
  hidesFeatures(medium) || isCurrent({ features: anyFeatures }, report.capabilities)
    ? undefined
    : {
        code: 'medium-unsupported',
        detail: `The drive reads ${medium.kind} media but cannot record on this one.`,
      };

const hidesFeatures = (medium: Medium): boolean => !medium.overwritable && isClosedForGood(medium);

/** Each way has a feature, to which its commands belong: without DVD-R/-RW Write (002Fh) there is no RESERVE TRACK. */
const inThatWay = ({ report, medium, recipe: { features, anyFeatures, writeMode } }: Question): Answer =>
  anyFeatures === undefined ||
  hidesFeatures(medium) ||
  isCurrent({ features }, report.capabilities) ||
  !isCurrent({ features: anyFeatures }, report.capabilities)
    ? undefined
    : {
        code: 'write-mode-unsupported',
        detail: `The drive records this ${medium.kind} medium, but not by ${writeMode}: it has not the feature for that.`,
      };

const PROTECTED: Readonly<Record<WriteProtection, string>> = {
  cartridge: 'by the tab of its cartridge',
  persistent: 'by what is recorded on it, which the action `unprotect` of the drive takes off',
  'until-power-down': 'by the drive, until it is switched off',
  'medium-specific': 'by itself, as outside its cartridge',
  'read-only': 'it is a medium for reading only',
  'not-told': 'the drive does not say why',
};

export const unprotected = ({ medium }: { readonly medium: Medium }): Answer =>
  medium.writeProtected
    ? {
        code: 'medium-write-protected',
        detail: `The ${medium.kind} medium is write protected: ${medium.writeProtections.map((reason) => PROTECTED[reason]).join(', ')}.`,
      }
    : undefined;

export const holding = (medium: Medium): string => {
  const volume = medium.volumeIdentifier === undefined ? '' : ` "${medium.volumeIdentifier}"`;
  if (medium.overwritable) return medium.contents === 'volume' ? `the volume${volume}` : 'unknown data';
  if (medium.lastSession === 'incomplete' || medium.lastSession === 'damaged')
    return `a recording${volume} that was not finished`;
  return `${medium.sessions} session${medium.sessions === 1 ? '' : 's'}${volume}`;
};

const nothingLost = ({ medium, options, placed }: Question): Answer => {
  if (isBlank(medium)) return undefined;
  const detail = `The ${medium.kind} medium holds ${holding(medium)}.`;
  if (options.onNonBlank === 'reject') return { code: 'medium-not-blank', detail };
  if (options.onNonBlank === 'erase' && !medium.erasable)
    return { code: 'medium-not-erasable', detail: `${detail} What is on it stays on it.` };
  return 'refusal' in placed ? placed.refusal : undefined;
};

/** Minutes, seconds and frames of CDs count to 99:59:74; lead-out and what drives refuse lie before. */
const LAST_CD_BLOCK = 100 * 60 * 75 - 150;

const leftWhere = (placement: Placement): string => {
  if (isWithin(placement)) return ' free in one piece within its volume';
  return isAppending(placement) ? ' left' : '';
};

const roomy = ({ medium, image, recipe, options, placed }: Question): Answer => {
  if ('refusal' in placed) return undefined;
  const { placement } = placed;
  const planned = fitImage(placement, image, { recipe, options, medium });
  const needs = roomNeeded(planned);
  const has =
    recipe.canOverburn === true && options.overburn
      ? LAST_CD_BLOCK - placement.start
      : roomOnLayers({ medium, options, placement: planned }, placement.room);
  const first = planned.parts[0]?.start ?? placement.start;
  return first + needs <= placement.start + has
    ? undefined
    : {
        code: 'medium-too-small',
        detail: `The image needs ${needs} blocks, the ${medium.kind} medium has ${has}${leftWhere(placement)}.`,
      };
};

/** OSTA UDF 1.50 2.2.10: a virtual allocation table is looked for in the last block. */
const endsWhereItMust = ({ medium, image, recipe, options, placed }: Question): Answer => {
  if (image.endsWithTable !== true || 'refusal' in placed) return undefined;
  const { padding } = fitImage(placed.placement, image, { recipe, options, medium });
  if (!medium.overwritable && padding === 0) return undefined;
  const behind = medium.overwritable
    ? 'other blocks of the medium lie'
    : `${padding} blocks of zeros would lie`;
  return {
    code: 'image-end-misplaced',
    detail: `The image ends with a virtual allocation table of UDF, behind which ${behind} on ${medium.kind}.`,
  };
};

const overburnable = ({ medium, options, recipe }: Question): Answer =>
  !options.overburn || recipe.canOverburn === true
    ? undefined
    : {
        code: 'overburn-unsupported',
        detail: `A ${medium.kind} medium cannot be recorded beyond its end${options.writeMode === 'tao' ? ' track at once' : ''}.`,
      };

const modal = ({ report, medium, options: { writeMode }, recipe }: Question): Answer => {
  if (writeMode === 'auto') return undefined;
  const detail = `There is no write mode ${writeMode} on ${medium.kind} with this drive.`;
  if (recipe.writeMode !== writeMode) return { code: 'write-mode-unsupported', detail };
  const lacks = writeMode === 'sao' && !report.capabilities.sessionAtOnce && !isClosedForGood(medium);
  return lacks ? { code: 'write-mode-unsupported', detail } : undefined;
};

/** Drives hide what they could do with a medium that is closed. */
const isClosedForGood = (medium: Medium): boolean => medium.status === 'complete';

const simulable = ({ report, medium, options, recipe }: Question): Answer => {
  if (!options.simulate) return undefined;
  if (!recipe.canSimulate || !report.capabilities.testWrite)
    return {
      code: 'simulate-unsupported',
      detail: `There is no test write on ${medium.kind} with this drive.`,
    };
  return isBlank(medium) || options.onNonBlank === 'append'
    ? undefined
    : {
        code: 'simulate-unsupported',
        detail: 'A test write needs a medium that can be recorded as it is; erasing one is never a test.',
      };
};

const closable = ({ medium, options, recipe }: Question): Answer =>
  options.close === 'disc' || recipe.hasSessions
    ? undefined
    : {
        code: 'close-unsupported',
        detail: `A ${medium.kind} medium keeps no sessions: there is none to close and none to leave open.`,
      };

/** The session of such a medium stays open until the disc is closed: drives refuse to close it (Novell 656502). */
const closableSession = ({ medium, options }: Question): Answer =>
  options.close === 'session' && (medium.pseudoOverwrite === true || options.pseudoOverwrite)
    ? {
        code: 'close-unsupported',
        detail: 'A BD-R with pseudo overwrite has one session, which ends with the disc: close the disc.',
      }
    : undefined;

const formattable = ({ medium, options }: Question): Answer => refuseBdFormat(medium, options);

/** Streamed by less than 64 KiB, drives were seen to record junk (LG GGW-H20, libburn). */
const streamable = ({ report: { capabilities }, medium, options, recipe }: Question): Answer => {
  if (options.onWrite !== 'stream') return undefined;
  const code = 'streaming-unsupported';
  if (!capabilities.streamWriting)
    return { code, detail: `There is no streaming on ${medium.kind} with this drive.` };
  return blocksPerWrite(recipe, capabilities) < recipe.blocksPerCommand
    ? { code, detail: `The host carries too little at once to stream to this drive.` }
    : undefined;
};

const carriable = ({ report, medium, recipe }: Question): Answer =>
  refuseTransfers(medium.kind, recipe, report.capabilities);

const RULES = [
  ofData,
  modal,
  inThatWay,
  recordable,
  unprotected,
  nothingLost,
  sameBase,
  inPlace,
  overburnable,
  refuseLayerBreak,
  refuseOnWrite,
  refuseFinalizeRadius,
  roomy,
  endsWhereItMust,
  simulable,
  closable,
  closableSession,
  formattable,
  streamable,
  carriable,
] as const;

/** Why a drive has nothing that could be used. */
export const refuseContents = ({ contents, medium }: DriveReport): Refusal | undefined =>
  medium === undefined ? WITHOUT_MEDIUM[contents] : undefined;

/** Why a report gives nothing to record on, if so. */
export const refuseReport = (report: DriveReport): Refusal | undefined => {
  const { medium } = report;
  if (medium === undefined) return refuseContents(report);
  if (isRandomBdR(medium))
    return {
      code: 'medium-unsupported',
      detail:
        'The bd-r medium was formatted to be recorded in any order (profile 0042h); Spindle records BD-R in sequence only.',
    };
  return RECIPES[medium.kind] === undefined
    ? {
        code: 'medium-unsupported',
        detail: `Spindle cannot record on ${medium.kind} media (profile ${medium.profile.toString(16).padStart(4, '0').toUpperCase()}h); it knows ${Object.keys(RECIPES).join(', ')}.`,
      }
    : undefined;
};

/** Everything that speaks against burning, not only the first. */
export const refuseBurn = (question: Question): readonly Refusal[] =>
  RULES.map((rule) => rule(question)).filter((answer) => answer !== undefined);
