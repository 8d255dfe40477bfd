import { formatUnit } from '../../scsi/commands/format-unit.js';
import { formatUnitParameterList } from '../../scsi/structures/format-unit-parameter-list.js';
import type { Step } from '../step.js';
import type { Burn, Recipe } from './recipe.js';
import { check, overwrite, setSpeedOfDisc, synchronize } from './shared-steps.js';
import { TIMEOUT_MS, plannedCommand, stepOf } from './step-of.js';

/** MMC-5 §6.5.4.2.1, full format with the drive's default spares. */
const FULL_FORMAT = 0x00;

/** New media have no format. The size must be one that READ FORMAT CAPACITIES lists, with its parameter. */
const format = ({ medium }: Burn): readonly Step[] => {
  if (medium.formatted) return [];
  const listed = medium.formats.find(({ type }) => type === FULL_FORMAT);
  const data = formatUnitParameterList.encode({
    immediate: true,
    numberOfBlocks: listed?.blocks ?? medium.capacity,
    formatType: FULL_FORMAT,
    formatSubType: 0,
    typeDependentParameter: listed?.typeDependent ?? 0,
  });
  return [
    stepOf({
      do: 'format',
      phase: 'format',
      title: 'Format with the default spare area',
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
  overheadMs: ({ medium }) => (medium.formatted ? 10_000 : 120_000),
};
