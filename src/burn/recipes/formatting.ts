import type { Medium } from '../../drive/medium.js';
import { formatUnit } from '../../scsi/commands/format-unit.js';
import { formatUnitParameterList } from '../../scsi/structures/format-unit-parameter-list.js';
import type { PlannedCommand, Step } from '../step.js';
import type { Certification, FormatOptions } from '../use.js';
import type { FormatRow, Treatment } from './recipe.js';
import { TIMEOUT_MS, orElse, plannedCommand, stepOf } from './step-of.js';

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

/** The first format that suits and that the drive lists for the medium; undefined where there is none. */
export const chooseFormat = (
  rows: readonly FormatRow[],
  medium: Medium,
  wanted: Wanted,
): FormatChoice | undefined => {
  for (const row of rows.filter((each) => suits(each, wanted))) {
    const listed = medium.formats.filter(
      ({ type, blocks }) => type === row.type && (wanted.blocks === undefined || blocks === wanted.blocks),
    );
    const found = bySpareArea(listed, wanted.spareArea);
    if (found) return chosen(row, found, wanted.certification);
  }
  return undefined;
};

const formatting = (choice: FormatChoice, blocks: number): PlannedCommand => {
  const { row, subType, typeDependent, withoutCertification = false } = choice;
  const data = formatUnitParameterList.encode({
    formatOptionsValid: withoutCertification,
    disableCertification: withoutCertification,
    immediate: true,
    numberOfBlocks: blocks,
    formatType: row.type,
    formatSubType: subType,
    typeDependentParameter: row.typeDependent ?? typeDependent ?? 0,
  });
  return plannedCommand(
    formatUnit,
    { formatData: true, completeList: withoutCertification, formatCode: 1 },
    { data, timeoutMs: TIMEOUT_MS.long },
  );
};

/** The drive does not know the sub-type, or not the size. */
const NOT_SO = ['5/24/*', '5/26/*'];

/** MMC-5 §6.5. The size must be one that READ FORMAT CAPACITIES lists, with its parameter. */
export const formatStep = (choice: FormatChoice): Step => {
  const { row, orSubTypes = [] } = choice;
  const { blocks = choice.blocks } = row;
  const { orBlocks = blocks } = row;
  return stepOf({
    do: 'format',
    phase: 'format',
    title: `Format ${row.title}`,
    alters: true,
    command: formatting(choice, blocks),
    alternatives: [
      ...(orBlocks === blocks ? [] : [orElse(formatting(choice, orBlocks), NOT_SO)]),
      ...orSubTypes.map((subType) => orElse(formatting({ ...choice, subType }, blocks), NOT_SO)),
    ],
    readyWithinMs: TIMEOUT_MS.wholeOperation,
  });
};

const FULL_CERTIFICATION = 2;

/** Bytes per second that a medium is certified with, at about its single speed. */
const CERTIFYING = 4_495_500;

const isLong = ({ subType, row, withoutCertification }: FormatChoice): boolean =>
  withoutCertification !== true && (subType === FULL_CERTIFICATION || row.writesAll === true);

/** Of what stays on the medium, as much can be read as the format has room for. */
const keptBlocks = ({ readable }: Medium, { row, blocks }: FormatChoice): number =>
  row.sizeShows ? Math.min(readable, blocks) : readable;

export const formatTreatment = (medium: Medium, choice: FormatChoice): Treatment => {
  const { row, blocks } = choice;
  return {
    steps: [formatStep(choice), ...(row.after ?? [])],
    expects: {
      kind: medium.kind,
      formatted: true,
      ...(row.keeps ? { readable: keptBlocks(medium, choice) } : { blank: true }),
      ...(row.sizeShows && { capacity: blocks }),
    },
    ms: isLong(choice) ? (blocks * 2048 * 1000) / CERTIFYING : 60_000,
    ...(row.warnings && { warnings: row.warnings }),
  };
};

/** A format that was cut short before the medium could be used is begun anew, by the first row that the drive lists. */
export const reformat = (rows: readonly FormatRow[], medium: Medium): Treatment | undefined => {
  if (medium.lastSession !== 'damaged') return undefined;
  const choice = chooseFormat(rows, medium, {});
  return choice && formatTreatment(medium, choice);
};
