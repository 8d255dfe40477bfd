import { formatUnit } from '../../scsi/commands/format-unit.js';
import { formatUnitParameterList } from '../../scsi/structures/format-unit-parameter-list.js';
import type { Step } from '../step.js';
import { eraseByZeros } from './erase-by-zeros.js';
import type { Burn, Recipe } from './recipe.js';
import { check, overwrite, setSpeedOfDisc, synchronize } from './shared-steps.js';
import { TIMEOUT_MS, plannedCommand, stepOf } from './step-of.js';

/** MMC-5 §6.5.4.2.1, full format; its parameter is the length of a block. */
const FULL_FORMAT = 0x00;
const BLOCK_LENGTH = 0x800;

/** Media are sold formatted: this is for those whose format was cut short. */
const format = ({ medium }: Burn): readonly Step[] => {
  if (medium.formatted) return [];
  const listed = medium.formats.find(({ type }) => type === FULL_FORMAT);
  const data = formatUnitParameterList.encode({
    immediate: true,
    numberOfBlocks: listed?.blocks ?? medium.capacity,
    formatType: FULL_FORMAT,
    formatSubType: 0,
    typeDependentParameter: listed?.typeDependent ?? BLOCK_LENGTH,
  });
  return [
    stepOf({
      do: 'format',
      phase: 'format',
      title: 'Format and certify the medium',
      alters: true,
      command: plannedCommand(
        formatUnit,
        { formatData: true, formatCode: 1 },
        { data, timeoutMs: TIMEOUT_MS.long },
      ),
      readyWithinMs: TIMEOUT_MS.wholeOperation,
    }),
  ];
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
    ...format(burn),
    ...setSpeedOfDisc(burn),
    check,
    ...overwrite(burn, dvdRam.blocksPerCommand),
    synchronize,
  ],
  recovery: () => [synchronize],
  erase: eraseByZeros(32),
  overheadMs: ({ medium }) => (medium.formatted ? 10_000 : 3_600_000),
};
