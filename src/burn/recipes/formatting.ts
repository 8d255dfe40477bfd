import type { Medium } from '../../drive/medium.js';
import { formatUnit } from '../../scsi/commands/format-unit.js';
import { formatUnitParameterList } from '../../scsi/structures/format-unit-parameter-list.js';
import type { PlannedCommand, Step } from '../step.js';
import type { FormatOptions } from '../use.js';
import type { FormatRow, Treatment } from './recipe.js';
import { TIMEOUT_MS, orElse, plannedCommand, stepOf } from './step-of.js';

/** A format as the drive is asked for it. */
export interface FormatChoice {
  readonly row: FormatRow;
  readonly subType: number;
  readonly blocks: number;
  readonly typeDependent?: number;
}

type Wanted = Partial<Pick<FormatOptions, 'formatType' | 'spareArea' | 'blocks' | 'certification'>>;

const suits = (row: FormatRow, { formatType, spareArea, certification }: Wanted): boolean => {
  if (formatType === undefined ? row.keeps : row.type !== formatType) return false;
  if (certification !== undefined && row.certifications[certification] === undefined) return false;
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
    const [usual = 0] = Object.values(row.certifications);
    const subType =
      wanted.certification === undefined ? usual : (row.certifications[wanted.certification] ?? usual);
    if (found) return { row, subType, blocks: found.blocks, typeDependent: found.typeDependent };
  }
  return undefined;
};

const formatting = ({ row, subType, typeDependent }: FormatChoice, blocks: number): PlannedCommand => {
  const data = formatUnitParameterList.encode({
    immediate: true,
    numberOfBlocks: blocks,
    formatType: row.type,
    formatSubType: subType,
    typeDependentParameter: row.typeDependent ?? typeDependent ?? 0,
  });
  return plannedCommand(
    formatUnit,
    { formatData: true, formatCode: 1 },
    { data, timeoutMs: TIMEOUT_MS.long },
  );
};

/** MMC-5 §6.5. The size must be one that READ FORMAT CAPACITIES lists, with its parameter. */
const formatStep = (choice: FormatChoice): Step => {
  const { row } = choice;
  const { blocks = choice.blocks } = row;
  const { orBlocks = blocks } = row;
  return stepOf({
    do: 'format',
    phase: 'format',
    title: `Format ${row.title}`,
    alters: true,
    command: formatting(choice, blocks),
    alternatives: orBlocks === blocks ? [] : [orElse(formatting(choice, orBlocks), ['5/24/*', '5/26/*'])],
    readyWithinMs: TIMEOUT_MS.wholeOperation,
  });
};

const FULL_CERTIFICATION = 2;

/** Bytes per second that a medium is certified with, at about its single speed. */
const CERTIFYING = 4_495_500;

const isLong = ({ subType, row }: FormatChoice): boolean =>
  subType === FULL_CERTIFICATION || row.writesAll === true;

export const formatTreatment = ({ kind, readable }: Medium, choice: FormatChoice): Treatment => {
  const { row, blocks } = choice;
  return {
    steps: [formatStep(choice), ...(row.after ?? [])],
    expects: {
      kind,
      formatted: true,
      ...(row.keeps ? { readable } : { blank: true }),
      ...(row.sizeShows && { capacity: blocks }),
    },
    ms: isLong(choice) ? (blocks * 2048 * 1000) / CERTIFYING : 60_000,
    ...(row.warnings && { warnings: row.warnings }),
  };
};
