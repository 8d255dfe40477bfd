import type { MediumAbility } from '../drive/medium-ability.js';
import { textTable } from './text-table.js';
import type { DriveView } from './views.js';

const MORE: readonly (readonly [string, (ability: MediumAbility) => boolean])[] = [
  ['test write', ({ testWrite }) => testWrite],
  ['bridges an empty buffer', ({ bufferUnderrunFree }) => bufferUnderrunFree],
  ['pseudo overwrite', ({ pseudoOverwrite }) => pseudoOverwrite === true],
  ['BDXL', ({ bdxl }) => bdxl === true],
];

const rowOf = (ability: MediumAbility): string[] => [
  ability.medium,
  ability.records ? ability.writeModes.join(', ') : 'reads only',
  [
    ...MORE.filter(([, is]) => is(ability)).map(([words]) => words),
    ...(ability.formatting ?? []).map((how) => `format: ${how}`),
  ].join(', ') || '-',
];

/** What a drive can do with which medium, whatever lies in it. */
export const describeDrive = ({ id, name, capabilities }: DriveView): string => {
  if (!capabilities) return `${name} (${id}): what it can do is not known`;
  const { media, maximumWriteKBps } = capabilities;
  const fastest = maximumWriteKBps === undefined ? '' : `, at most ${maximumWriteKBps} kB/s by its mode page`;
  return [`${name} (${id})${fastest}`, textTable(['MEDIUM', 'RECORDS', 'AND'], media.map(rowOf))].join('\n');
};
