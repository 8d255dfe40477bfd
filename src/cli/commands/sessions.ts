import type { Command } from 'commander';
import { z } from 'zod';
import { type ListedSession, listedSession } from '../../drive/recorded-sessions.js';
import { connectClient } from '../client.js';
import type { Context } from '../context.js';
import { textTable } from '../text-table.js';
import { findDrive } from './drives.js';

const answered = z.object({ items: z.array(listedSession) });

/** A line for each file system, and one for a session that has none. */
const rowsOf = ({ number, closed, start, blocks, volumes, problem }: ListedSession): string[][] => {
  const session = [`${number}${closed ? '' : ' (open)'}`, String(start), String(blocks)];
  const told = volumes.map(({ fileSystem, volumeIdentifier, createdAt, udfRevision }) => [
    udfRevision === undefined ? fileSystem : `${fileSystem} ${udfRevision}`,
    createdAt ?? '-',
    volumeIdentifier,
  ]);
  const lines = [...told, ...(problem === undefined ? [] : [['-', '-', `(${problem})`]])];
  return (lines.length > 0 ? lines : [['-', '-', '-']]).map((line) => [...session, ...line]);
};

export const sessionsCommand = (program: Command, context: () => Context): void => {
  program
    .command('sessions <drive>')
    .description('list the sessions of the disc in a drive, and which file systems each of them holds')
    .option('--lease <id>', 'of a drive that is leased')
    .action(async (drive: string, { lease }: { readonly lease?: string }) => {
      const { daemon, answer } = context();
      const client = connectClient(daemon);
      const { id } = await findDrive(client, drive);
      const query = lease === undefined ? '' : `?${new URLSearchParams({ lease }).toString()}`;
      const { items } = answered.parse(await client.call('GET', `/v1/drives/${id}/sessions${query}`));
      answer(items, () =>
        textTable(['SESSION', 'START', 'BLOCKS', 'FILE SYSTEM', 'CREATED', 'VOLUME'], items.flatMap(rowsOf)),
      );
    });
};
