import type { Command } from 'commander';
import type { Medium } from '../../drive/medium.js';
import { connectClient } from '../client.js';
import type { Context } from '../context.js';
import { freeOf, statusOf } from '../medium-words.js';
import { formatBlocks } from '../quantities.js';
import { medium as mediumSchema } from '../../drive/medium.js';
import { findDrive } from './drives.js';

const identityOf = ({ identity }: Medium): string =>
  identity ? `${identity.manufacturer} ${identity.type}` : 'unknown';

const describe = (medium: Medium): string =>
  [
    `kind        ${medium.kind}`,
    `maker       ${identityOf(medium)}`,
    `status      ${statusOf(medium)}, last session ${medium.lastSession}${medium.erasable ? ', erasable' : ''}`,
    `capacity    ${medium.capacity} blocks, ${formatBlocks(medium.capacity)}`,
    `free        ${freeOf(medium)}`,
    `sessions    ${medium.sessions}, tracks ${medium.tracks.length}`,
    `volume      ${medium.volumeIdentifier ?? '-'}`,
    `speeds      ${medium.writeSpeeds.map(({ kBps }) => `${kBps} kB/s`).join(', ') || '-'}`,
  ].join('\n');

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
