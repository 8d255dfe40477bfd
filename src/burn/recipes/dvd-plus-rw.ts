import type { BackgroundFormat, Medium } from '../../drive/medium.js';
import type { Step } from '../step.js';
import { eraseByZeros } from './erase-by-zeros.js';
import { type AskedFormat, formatStep } from './format-step.js';
import { reformat } from './formatting.js';
import type { Burn, FormatRow, Recipe, Treatment } from './recipe.js';
import { close, stopFormat } from './close-steps.js';
import { check, overwrite, synchronize } from './shared-steps.js';
import { setSpeedOfDisc } from './speed-steps.js';

/** MMC-5 §6.5.4.2.14, DVD+RW basic format. */
const BASIC_FORMAT = 0x26;
const ALL_BLOCKS = 0xffff_ffff;

/** There are no sessions: function 2 writes the temporary lead-out that DVD-ROM drives look for. */
const leadOut: Step = {
  ...close('session', [2]),
  title: 'Write a temporary lead-out, by which other drives read the disc',
};

const endingFormat: readonly Step[] = [stopFormat, leadOut];

/** The drive formats the rest in the background: that is ended here, so that the disc can be taken out, and goes on with its next recording. */
const FORMATS: readonly FormatRow[] = [
  {
    type: BASIC_FORMAT,
    title: 'as DVD+RW',
    spareArea: 'default',
    certifications: { none: 0 },
    orBlocks: ALL_BLOCKS,
    typeDependent: 0,
    after: endingFormat,
    inBackground: true,
    leavesBlocks: true,
    sizeShows: false,
  },
];

/** Type dependent parameter: 0 begins a format, 1 goes on with one that was stopped. */
const basicFormat = (blocks: number, restart: boolean): AskedFormat => ({
  type: BASIC_FORMAT,
  blocks,
  typeDependent: restart ? 1 : 0,
});

/** Until the medium can be recorded on. */
const BEGINNING_MS = 60_000;

/** Formatting goes on by itself in the background once its beginning is done; a format that is complete stays. */
const format = ({ medium }: Burn): readonly Step[] => {
  const restart = medium.backgroundFormat === 'started';
  if (!startsFormat(medium)) return [];
  const listed = medium.formats.find(({ type }) => type === BASIC_FORMAT)?.blocks;
  return [
    formatStep({
      title: restart ? 'Go on with the background format' : 'Start the background format',
      asked: basicFormat(listed ?? ALL_BLOCKS, restart),
      orElse: listed === undefined ? [] : [basicFormat(ALL_BLOCKS, restart)],
      ms: BEGINNING_MS,
    }),
  ];
};

const startsFormat = (medium: { formatted: boolean; backgroundFormat: BackgroundFormat }): boolean =>
  !medium.formatted || medium.backgroundFormat === 'none' || medium.backgroundFormat === 'started';

/** A format that stopped goes on by itself with the next recording; one that never came to be usable is begun anew. */
const recover = (medium: Medium): Treatment | undefined =>
  medium.formatted ? undefined : reformat(FORMATS, medium);

/** Whoever left the drive to its format wants the disc now: it goes on with its next recording. */
const endFormat = ({ kind, backgroundFormat }: Medium): Treatment | undefined =>
  backgroundFormat === 'running'
    ? {
        steps: [synchronize, ...endingFormat],
        expects: { kind, formatted: true, formatRunning: false },
        ms: BEGINNING_MS,
      }
    : undefined;

/** Left alone, the drive formats on while it is idle. */
const endsFormat = ({ medium, options }: Burn): boolean =>
  options.backgroundFormat === 'stop' && (startsFormat(medium) || medium.backgroundFormat === 'running');

/**
 * DVD+RW: any block at any time, once its format has begun. Whoever began it ends it, with a lead-out for other drives.
 */
export const dvdPlusRw: Recipe = {
  name: 'dvd+rw',
  features: [0x2a],
  blocksPerCommand: 32,
  unit: 16,
  hasSessions: false,
  canSimulate: false,
  onWrite: ['verify'],
  padding: (blocks) => -blocks & 15,
  needed: (blocks) => -blocks & 15,
  steps: (burn) => [
    ...format(burn),
    ...setSpeedOfDisc(burn),
    check,
    ...overwrite(burn, dvdPlusRw.blocksPerCommand),
    synchronize,
    ...(endsFormat(burn) ? endingFormat : []),
  ],
  recovery: () => [synchronize],
  erase: eraseByZeros(32, FORMATS),
  formats: FORMATS,
  close: endFormat,
  recover,
  /** The beginning of a format, and a lead-out. */
  overheadMs: ({ medium }) => (startsFormat(medium) ? 90_000 : 20_000),
};
