import type { Command } from 'commander';
import { modePageView } from '../../drive/describe-mode-pages.js';
import { connectClient } from '../client.js';
import type { Context } from '../context.js';
import { describePage } from '../raw-text.js';
import { withLease } from '../with-lease.js';
import { findDrive } from './drives.js';

interface PageOptions {
  readonly save?: true;
  readonly lease?: string;
}

interface StructureOptions {
  readonly media: string;
  readonly lease?: string;
}

const LEASE = ['--lease <id>', 'of the drive; default: one that is taken for it'] as const;

/** What is set in a drive, and may be there for good. */
export const addDriveOrders = (drive: Command, context: () => Context): void => {
  drive
    .command('set-page <drive> <code> <bytes>')
    .description('set a mode page to these bytes, as mode-pages shows them; only changeable bits may differ')
    .option('--save', 'keep it for good, where the drive can')
    .option(...LEASE)
    .action(async (name: string, code: string, page: string, { save, lease: held }: PageOptions) => {
      const { daemon, answer } = context();
      const client = connectClient(daemon);
      const path = `/v1/drives/${(await findDrive(client, name)).id}`;
      const set = modePageView.parse(
        await withLease(client, path, { lease: held }, (lease) =>
          client.call('PUT', `${path}/mode-pages/${encodeURIComponent(code)}`, { page, save, lease }),
        ),
      );
      answer(set, () => describePage(set));
    });

  drive
    .command('send-structure <drive> <format> <bytes>')
    .description('send a structure, its header left out; what it sets may be there for ever')
    .requiredOption('--media <type>', 'whose format is meant: dvd or bd')
    .option(...LEASE)
    .action(
      async (name: string, format: string, payload: string, { media, lease: held }: StructureOptions) => {
        const { daemon, answer } = context();
        const client = connectClient(daemon);
        const path = `/v1/drives/${(await findDrive(client, name)).id}`;
        await withLease(client, path, { lease: held }, (lease) =>
          client.call('PUT', `${path}/structures/${encodeURIComponent(format)}`, { media, payload, lease }),
        );
        answer({ sent: true }, () => 'sent');
      },
    );
};
