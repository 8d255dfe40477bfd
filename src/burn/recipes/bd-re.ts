import { bdFormat } from '../bd-format.js';
import { BD_FORMATS } from './bd-formats.js';
import { eraseByZeros } from './erase-by-zeros.js';
import { formatBd } from './format-bd.js';
import { reformat } from './formatting.js';
import type { Recipe } from './recipe.js';
import { check, overwrite, synchronize } from './shared-steps.js';
import { setSpeedOfDisc } from './speed-steps.js';

/** BD-RE: any block at any time in clusters of 32; nothing is closed, so that synchronizing is the end. */
export const bdRe: Recipe = {
  name: 'bd-re',
  features: [0x41],
  blocksPerCommand: 32,
  unit: 32,
  commandUnit: 16,
  hasSessions: false,
  canSimulate: false,
  onWrite: ['verify', 'stream'],
  padding: (blocks) => -blocks & 31,
  needed: (blocks) => -blocks & 31,
  roomOnceFormatted: (medium, options) => bdFormat(medium, options)?.blocks,
  steps: (burn) => [
    ...formatBd(burn),
    ...setSpeedOfDisc(burn),
    check,
    ...overwrite(burn, bdRe.blocksPerCommand),
    synchronize,
  ],
  recovery: () => [synchronize],
  erase: eraseByZeros(32, BD_FORMATS['bd-re']),
  formats: BD_FORMATS['bd-re'],
  recover: (medium) => (medium.formatted ? undefined : reformat(BD_FORMATS['bd-re'], medium)),
  overheadMs: ({ medium, options }) => (bdFormat(medium, options) ? 120_000 : 10_000),
};
