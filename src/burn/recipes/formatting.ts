import type { Medium, MediumKind } from '../../drive/medium.js';
import type { Step } from '../step.js';
import type { Certification, FormatOptions } from '../use.js';
import { type AskedFormat, formatStep } from './format-step.js';
import type { FormatRow, Treatment } from './recipe.js';
import { check } from './shared-steps.js';
import { lastsFor } from './step-of.js';
import { wholeMediumMs } from './whole-medium-ms.js';
import { overwriteVolumes } from './zeros.js';

/** A format as the drive is asked for it. */
export interface FormatChoice {
  readonly row: FormatRow;
  readonly subType: number;
  /** Instead of it, where the drive does not know it. */
  readonly orSubTypes?: readonly number[];
  readonly blocks: number;
  readonly typeDependent?: number;
  /** The drive is told not to certify, where no sub-type says so. */
  readonly withoutCertification?: true;
}

type Wanted = Partial<Pick<FormatOptions, 'formatType' | 'spareArea' | 'blocks' | 'certification'>>;

/** Where a row has no sub-type for it, an option of the parameter list spares a medium its certification. */
const knowsCertification = (row: FormatRow, certification: Certification): boolean =>
  row.certifications[certification] !== undefined || (certification === 'none' && row.canSkip === true);

const suits = (row: FormatRow, { formatType, spareArea, certification }: Wanted): boolean => {
  if (formatType === undefined ? row.keeps : row.type !== formatType) return false;
  if (certification !== undefined && !knowsCertification(row, certification)) return false;
  return (
    spareArea === undefined ||
    row.spareArea === spareArea ||
    (row.spareArea === 'any' && spareArea !== 'none')
  );
};

/** The more blocks are kept to replace bad ones, the fewer are left; what the drive lists first is its default. */
const bySpareArea = (
  listed: readonly Medium['formats'][number][],
  spareArea: Wanted['spareArea'],
): Medium['formats'][number] | undefined => {
  const bySize = listed.toSorted((a, b) => a.blocks - b.blocks);
  if (spareArea === 'maximum') return bySize[0];
  return spareArea === 'minimum' ? bySize.at(-1) : listed[0];
};

/** Beside the usual one. A full certification takes an hour, which nobody asked for. */
const otherSubTypes = ({ certifications: { quick, none } }: FormatRow, usual: number): number[] =>
  [quick, none].filter((subType) => subType !== undefined && subType !== usual) as number[];

const chosen = (
  row: FormatRow,
  { blocks, typeDependent }: Medium['formats'][number],
  certification: Wanted['certification'],
): FormatChoice => {
  const [usual = 0] = Object.values(row.certifications);
  const listed = certification === undefined ? usual : row.certifications[certification];
  return {
    row,
    subType: listed ?? usual,
    ...(certification === undefined && { orSubTypes: otherSubTypes(row, usual) }),
    blocks,
    typeDependent,
    ...(listed === undefined && { withoutCertification: true }),
  };
};

/**
 * A size between those that are listed leaves the spare clusters that it does not take. In the list of a real BD-RE (libburn)
 * blocks and clusters make the same sum in all rows of the type; where they do not, nobody knows what to ask for.
 */
const between = (
  { sizesBetween }: FormatRow,
  listed: readonly Medium['formats'][number][],
  blocks: number,
): Medium['formats'][number] | undefined => {
  const [first] = listed;
  if (sizesBetween === undefined || first === undefined || blocks % sizesBetween !== 0) return undefined;
  const sizes = listed.map((each) => each.blocks);
  const total = (each: typeof first): number => each.blocks + each.typeDependent * sizesBetween;
  const isWithin = blocks >= Math.min(...sizes) && blocks <= Math.max(...sizes);
  if (!isWithin || listed.some((each) => total(each) !== total(first))) return undefined;
  return { ...first, blocks, typeDependent: (total(first) - blocks) / sizesBetween };
};

const found = (
  row: FormatRow,
  listed: readonly Medium['formats'][number][],
  { blocks, spareArea }: Wanted,
): Medium['formats'][number] | undefined =>
  blocks === undefined
    ? bySpareArea(listed, spareArea)
    : (listed.find((each) => each.blocks === blocks) ?? between(row, listed, blocks));

/** The first format that suits and that the drive lists for the medium; undefined where there is none. */
export const chooseFormat = (
  rows: readonly FormatRow[],
  medium: Medium,
  wanted: Wanted,
): FormatChoice | undefined => {
  for (const row of rows.filter((each) => suits(each, wanted))) {
    const listed = medium.formats.filter(({ type }) => type === row.type);
    const size = found(row, listed, wanted);
    if (size) return chosen(row, size, wanted.certification);
  }
  return undefined;
};

/** The size must be one that is listed or lies between, with its parameter. */
const stepFor = (choice: FormatChoice, ms: number): Step => {
  const { row, subType, orSubTypes = [], typeDependent, withoutCertification } = choice;
  const { type, title, blocks = choice.blocks, orBlocks = blocks } = row;
  const asked: AskedFormat = {
    type,
    subType,
    blocks,
    typeDependent: row.typeDependent ?? typeDependent ?? 0,
    ...(withoutCertification && { withoutCertification }),
  };
  return formatStep({
    title: `Format ${title}`,
    asked,
    orElse: [
      ...(orBlocks === blocks ? [] : [{ ...asked, blocks: orBlocks }]),
      ...orSubTypes.map((other) => ({ ...asked, subType: other })),
    ],
    ms,
  });
};

/** Before a recording. How a BD-RE is certified may be left to the drive, which may choose to go over all of it. */
export const formatFirst = (kind: MediumKind, choice: FormatChoice): Step =>
  stepFor(choice, wholeMediumMs(kind, choice.blocks));

const FULL_CERTIFICATION = 2;

const QUICK_MS = 60_000;

const isLong = ({ subType, row, withoutCertification }: FormatChoice): boolean =>
  withoutCertification !== true && (subType === FULL_CERTIFICATION || row.writesAll === true);

/** Of what stays on the medium, as much can be read as the format has room for. */
const keptBlocks = ({ readable }: Medium, { row, blocks }: FormatChoice): number =>
  row.sizeShows ? Math.min(readable, blocks) : readable;

/** What the drive does. */
export const formatOnly = ({ kind }: Medium, choice: FormatChoice): Pick<Treatment, 'steps' | 'ms'> => {
  const ms = isLong(choice) ? wholeMediumMs(kind, choice.blocks) : QUICK_MS;
  return { steps: [stepFor(choice, ms)], ms };
};

/** Blocks of one WRITE, which are a cluster of BD. */
const PER_COMMAND = 32;

/**
 * Whoever formats a medium wants no volume to be found on it, and a format promises none of that. Blocks may also have been
 * moved by other spares, so that one that looked blank before may hold something now. What a format has not come to in the
 * background is not written: its lead-out would have to wait until it has.
 */
const zerosOf = (medium: Medium, { row, blocks }: FormatChoice): ReturnType<typeof overwriteVolumes> => {
  if (!row.leavesBlocks) return { steps: [], ms: 0, end: 0 };
  return overwriteVolumes(medium, PER_COMMAND, row.inBackground ? Math.min(medium.readable, blocks) : blocks);
};

/** Nothing is left for it to do, and each one wears the medium and has its lead-out wait for the blocks that are overwritten. */
const isFormatted = ({ backgroundFormat }: Medium, { row }: FormatChoice): boolean =>
  row.inBackground === true && backgroundFormat === 'complete';

/** What ends a background format may have to fill everything before the last block that was written. */
const waitingFor =
  (ms: number) =>
  (step: Step): Step => ({
    ...step,
    ...(step.command && {
      command: { ...step.command, timeoutMs: Math.max(step.command.timeoutMs, lastsFor(ms)) },
    }),
    readyWithinMs: Math.max(step.readyWithinMs, lastsFor(ms)),
  });

const EMPTY = { formatted: true, blank: true } as const;

export const formatTreatment = (medium: Medium, choice: FormatChoice): Treatment => {
  const { kind } = medium;
  const { row, blocks } = choice;
  const zeros = zerosOf(medium, choice);
  if (isFormatted(medium, choice))
    return { steps: [check, ...zeros.steps], expects: { kind, ...EMPTY }, ms: zeros.ms };
  const { steps, ms } = formatOnly(medium, choice);
  const fillingMs = row.inBackground ? wholeMediumMs(kind, zeros.end) : 0;
  return {
    steps: [...steps, ...zeros.steps, ...(row.after ?? []).map(waitingFor(fillingMs))],
    expects: {
      kind,
      ...(row.keeps ? { formatted: true, readable: keptBlocks(medium, choice) } : EMPTY),
      ...(row.sizeShows && { capacity: blocks }),
    },
    ms: ms + zeros.ms + fillingMs,
    ...(row.warnings && { warnings: row.warnings }),
  };
};

/** A format that was cut short before the medium could be used is begun anew, by the first row that the drive lists. */
export const reformat = (rows: readonly FormatRow[], medium: Medium): Treatment | undefined => {
  if (medium.lastSession !== 'damaged') return undefined;
  const choice = chooseFormat(rows, medium, {});
  return choice && formatTreatment(medium, choice);
};
