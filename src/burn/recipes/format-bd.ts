import { formatUnit } from '../../scsi/commands/format-unit.js';
import { formatUnitParameterList } from '../../scsi/structures/format-unit-parameter-list.js';
import { bdFormat } from '../bd-format.js';
import type { Step } from '../step.js';
import type { Burn } from './recipe.js';
import { TIMEOUT_MS, plannedCommand, stepOf } from './step-of.js';

/** The size must be one that READ FORMAT CAPACITIES lists, with its parameter. */
export const formatBd = ({ medium, options }: Burn): readonly Step[] => {
  const chosen = bdFormat(medium, options);
  if (chosen === undefined) return [];
  const { row, subType } = chosen;
  const data = formatUnitParameterList.encode({
    immediate: true,
    numberOfBlocks: row.blocks,
    formatType: row.type,
    formatSubType: subType,
    typeDependentParameter: row.typeDependent,
  });
  const sequential = medium.kind === 'bd-r';
  return [
    stepOf({
      do: 'format',
      phase: 'format',
      title: `Format to ${row.blocks} blocks${options.pseudoOverwrite ? ', with pseudo overwrite' : ''}`,
      alters: true,
      command: plannedCommand(
        formatUnit,
        { formatData: true, formatCode: 1 },
        { data, timeoutMs: TIMEOUT_MS.long },
      ),
      readyWithinMs: TIMEOUT_MS.wholeOperation,
      ...(sequential && {
        leaves: { kind: medium.kind, status: 'appendable', sessions: 0, recordedTracks: 0, nextWritable: 0 },
      }),
    }),
  ];
};
