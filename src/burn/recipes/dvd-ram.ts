import { eraseByZeros } from './erase-by-zeros.js';
import { chooseFormat, formatOnly, reformat } from './formatting.js';
import type { Burn, FormatRow, Recipe, Treatment } from './recipe.js';
import { check, overwrite, synchronize } from './shared-steps.js';
import { setSpeedOfDisc } from './speed-steps.js';

const BLOCK_LENGTH = 0x800;

const FULL_FORMAT: FormatRow = {
  type: 0x00,
  title: 'with the spares that the medium is sold with',
  spareArea: 'default',
  certifications: { full: 0 },
  canSkip: true,
  writesAll: true,
  leavesBlocks: true,
  sizeShows: true,
};

/**
 * MMC-5 §6.5.4.2: 00h with the spares that the medium is sold with, certified unless the drive is told not to (libburn);
 * 01h makes spares of the last blocks. Their parameter is the length of a block.
 */
const FORMATS: readonly FormatRow[] = [
  FULL_FORMAT,
  {
    type: 0x01,
    title: 'with more spares, which take the last blocks',
    spareArea: 'any',
    certifications: { none: 0 },
    keeps: true,
    sizeShows: true,
    warnings: [
      {
        code: 'last-blocks-lost',
        detail: 'The last blocks become spares: what lies there is lost, and everything before stays.',
      },
    ],
  },
];

/** Media are sold formatted: this is for those whose format was cut short. */
const format = ({ medium }: Burn): Pick<Treatment, 'steps' | 'ms'> => {
  if (medium.formatted) return { steps: [], ms: 0 };
  const listed = chooseFormat([FULL_FORMAT], medium, {});
  const anyway = { row: FULL_FORMAT, subType: 0, blocks: medium.capacity, typeDependent: BLOCK_LENGTH };
  return formatOnly(medium, listed ?? anyway);
};

/**
 * DVD-RAM: any block at any time. The drive reads back what it wrote, at half the speed, and uses spares for what is
 * bad; streaming does without. Nothing is closed, so that synchronizing is the end.
 */
export const dvdRam: Recipe = {
  name: 'dvd-ram',
  features: [0x20],
  blocksPerCommand: 32,
  unit: 16,
  hasSessions: false,
  canSimulate: false,
  onWrite: ['verify', 'stream'],
  padding: (blocks) => -blocks & 15,
  needed: (blocks) => -blocks & 15,
  steps: (burn) => [
    ...format(burn).steps,
    ...setSpeedOfDisc(burn),
    check,
    ...overwrite(burn, dvdRam.blocksPerCommand),
    synchronize,
  ],
  recovery: () => [synchronize],
  erase: eraseByZeros(32, FORMATS),
  formats: FORMATS,
  recover: (medium) => (medium.formatted ? undefined : reformat(FORMATS, medium)),
  overheadMs: (burn) => 10_000 + format(burn).ms,
};
