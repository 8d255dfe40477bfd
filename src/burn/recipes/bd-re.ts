import { bdFormat } from '../bd-format.js';
import { eraseByZeros } from './erase-by-zeros.js';
import { formatBd } from './format-bd.js';
import { reformat } from './formatting.js';
import type { FormatRow, Recipe } from './recipe.js';
import { check, overwrite, synchronize } from './shared-steps.js';
import { setSpeedOfDisc } from './speed-steps.js';

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

/** BD-RE: any block at any time in clusters of 32; nothing is closed, so that synchronizing is the end. */
export const bdRe: Recipe = {
  name: 'bd-re',
  features: [0x41],
  blocksPerCommand: 32,
  unit: 32,
  hasSessions: false,
  canSimulate: false,
  onWrite: ['verify', 'stream'],
  padding: (blocks) => -blocks & 31,
  needed: (blocks) => -blocks & 31,
  steps: (burn) => [
    ...formatBd(burn),
    ...setSpeedOfDisc(burn),
    check,
    ...overwrite(burn, bdRe.blocksPerCommand),
    synchronize,
  ],
  recovery: () => [synchronize],
  erase: eraseByZeros(32, FORMATS),
  formats: FORMATS,
  recover: (medium) => (medium.formatted ? undefined : reformat(FORMATS, medium)),
  overheadMs: ({ medium, options }) => (bdFormat(medium, options) ? 120_000 : 10_000),
};
