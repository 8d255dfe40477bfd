import type { Step } from '../step.js';
import { eraseByZeros } from './erase-by-zeros.js';
import { chooseFormat, formatStep, formatTreatment } from './formatting.js';
import type { Burn, FormatRow, Recipe } from './recipe.js';
import { check, overwrite, setSpeedOfDisc, synchronize } from './shared-steps.js';

/**
 * MMC-5 §6.5.4.2: 00h with the spares that the drive prefers; 30h with a choice of spares, 31h without any. Sub-types 2
 * and 3 certify fully and quickly, 1 does not (those of 30h and 31h as libburn and growisofs use them).
 */
const FORMATS: readonly FormatRow[] = [
  {
    type: 0x00,
    title: 'with the default spare area',
    spareArea: 'default',
    certifications: { none: 0 },
    sizeShows: true,
  },
  {
    type: 0x30,
    title: 'with a spare area',
    spareArea: 'any',
    certifications: { quick: 3, full: 2, none: 1 },
    sizeShows: true,
  },
  {
    type: 0x31,
    title: 'without a spare area',
    spareArea: 'none',
    certifications: { none: 1, quick: 3, full: 2 },
    sizeShows: true,
  },
];

/** New media have no format. */
const format = ({ medium }: Burn): readonly Step[] => {
  if (medium.formatted) return [];
  const [row] = FORMATS;
  const choice = chooseFormat(FORMATS, medium, {}) ?? (row && { row, subType: 0, blocks: medium.capacity });
  return choice ? [formatStep(choice)] : [];
};

/** BD-RE: any block at any time in clusters of 32; nothing is closed, so that synchronizing is the end. */
export const bdRe: Recipe = {
  name: 'bd-re',
  features: [0x41],
  blocksPerCommand: 32,
  unit: 32,
  hasSessions: false,
  canSimulate: false,
  padding: (blocks) => -blocks & 31,
  needed: (blocks) => -blocks & 31,
  steps: (burn) => [
    ...format(burn),
    ...setSpeedOfDisc(burn),
    check,
    ...overwrite(burn, bdRe.blocksPerCommand),
    synchronize,
  ],
  recovery: () => [synchronize],
  erase: eraseByZeros(32),
  formats: FORMATS,
  recover: (medium) => {
    const choice = medium.formatted ? undefined : chooseFormat(FORMATS, medium, {});
    return medium.lastSession === 'damaged' && choice ? formatTreatment(medium, choice) : undefined;
  },
  overheadMs: ({ medium }) => (medium.formatted ? 10_000 : 120_000),
};
