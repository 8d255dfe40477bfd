import type { Command } from 'commander';
import type { Medium } from '../../drive/medium.js';
import { connectClient } from '../client.js';
import type { Context } from '../context.js';
import { freeOf, statusOf } from '../medium-words.js';
import { count, formatBlocks } from '../quantities.js';
import { medium as mediumSchema } from '../../drive/medium.js';
import { findDrive } from './drives.js';

const identityOf = ({ identity }: Medium): string =>
  identity ? `${identity.manufacturer} ${identity.type} (${identity.source})` : 'unknown';

const layersOf = ({ layers, layerBreak, bdxl }: Medium): string =>
  [
    `${layers ?? 'unknown'}`,
    ...(bdxl ? ['BDXL'] : []),
    ...(layerBreak
      ? [`the first has ${layerBreak.blocks} blocks${layerBreak.fixed ? '' : ', not fixed yet'}`]
      : []),
  ].join(', ');

const blanknessOf = ({ blankness: { physical, probable, evidence } }: Medium): string =>
  [
    physical ? 'physically' : probable ? 'probably, not physically' : 'no',
    ...evidence.map(({ blank, detail }) => `            ${blank ? '+' : '-'} ${detail}`),
  ].join('\n');

const sessionsOf = ({ sessions, tracks, previousSession }: Medium): string =>
  `${sessions}, tracks ${tracks.length}${
    previousSession
      ? `; session ${previousSession.number} from block ${previousSession.start} to ${previousSession.lastRecorded}`
      : ''
  }`;

const speedsOf = ({ writeSpeeds }: Medium): string =>
  writeSpeeds.map(({ kBps, rotation }) => `${kBps} kB/s ${rotation}`).join(', ') || '-';

const paceOf = ({ writePace }: Medium): string =>
  writePace
    ? `${writePace.kBps} kB/s ${writePace.rotation}, ${writePace.zones.length || 'unknown'} zones`
    : '-';

/** One line of each, in this order. */
const LINES: readonly (readonly [string, (medium: Medium) => string | number])[] = [
  ['kind', ({ kind }) => kind],
  ['maker', identityOf],
  ['status', (medium) => `${statusOf(medium)}, last session ${medium.lastSession}`],
  ['states', ({ states }) => states.join(', ') || '-'],
  ['blank', blanknessOf],
  ['protected', ({ writeProtections }) => writeProtections.join(', ') || 'no'],
  ['layers', layersOf],
  ['capacity', ({ capacity }) => `${count(capacity, 'block')}, ${formatBlocks(capacity)}`],
  ['used', ({ used }) => `${count(used, 'block')}, ${formatBlocks(used)}`],
  ['free', freeOf],
  ['next block', ({ nextWritable }) => nextWritable ?? '-'],
  ['sessions', sessionsOf],
  ['volume', ({ volumeIdentifier }) => volumeIdentifier ?? '-'],
  ['recording', ({ recording }) => recording ?? '-'],
  ['speeds', speedsOf],
  ['pace', paceOf],
];

const describe = (medium: Medium): string =>
  LINES.map(([name, value]) => `${name.padEnd(12)}${value(medium)}`).join('\n');

export const mediumCommand = (program: Command, context: () => Context): void => {
  program
    .command('medium <drive>')
    .description('say what lies in a drive')
    .action(async (drive: string) => {
      const { daemon, answer } = context();
      const client = connectClient(daemon);
      const { id } = await findDrive(client, drive);
      const medium = mediumSchema.parse(await client.call('GET', `/v1/drives/${id}/medium`));
      answer(medium, () => describe(medium));
    });
};
