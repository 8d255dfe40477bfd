import { bdFormat } from '../bd-format.js';
import type { Step } from '../step.js';
import { formatFirst } from './formatting.js';
import type { Burn } from './recipe.js';

/** What a BD needs before it is recorded; nothing where it is as it was asked for. */
export const formatBd = ({ medium, options }: Burn): readonly Step[] => {
  const choice = bdFormat(medium, options);
  if (choice === undefined) return [];
  const step = {
    ...formatFirst(medium.kind, choice),
    title: `Format to ${choice.blocks} blocks${options.pseudoOverwrite ? ', with pseudo overwrite' : ''}`,
  };
  if (medium.kind !== 'bd-r') return [step];
  return [
    {
      ...step,
      leaves: { kind: medium.kind, status: 'appendable', sessions: 0, recordedTracks: 0, nextWritable: 0 },
    },
  ];
};
