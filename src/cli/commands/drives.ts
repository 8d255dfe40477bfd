import type { Command } from 'commander';
import type { Context } from '../context.js';
import { type Client, connectClient, listAll } from '../client.js';
import { formatBlocks } from '../quantities.js';
import { textTable } from '../text-table.js';
import { driveView, type DriveView } from '../views.js';

const stateOf = ({ holding, holder, contents }: DriveView): string =>
  [
    holding,
    ...(contents === undefined ? [] : [contents]),
    ...(holder === undefined ? [] : [`(${holder})`]),
  ].join(' ');

const mediumOf = ({ medium }: DriveView): string =>
  medium ? `${medium.kind}, ${medium.status}, ${formatBlocks(medium.free)} free` : '-';

/** A drive by id or by name; ids win. */
export const findDrive = async (client: Client, idOrName: string): Promise<DriveView> => {
  const drives = await listAll(client, '/v1/drives', driveView);
  const named = drives.find(({ id }) => id === idOrName) ?? drives.find(({ name }) => name === idOrName);
  return named ?? driveView.parse(await client.call('GET', `/v1/drives/${encodeURIComponent(idOrName)}`));
};

export const drivesCommand = (program: Command, context: () => Context): void => {
  program
    .command('drives')
    .description('list the drives and what lies in them')
    .action(async () => {
      const { daemon, answer } = context();
      const drives = await listAll(connectClient(daemon), '/v1/drives', driveView);
      answer(drives, () =>
        textTable(
          ['DRIVE', 'NAME', 'STATE', 'MEDIUM'],
          drives.map((drive) => [drive.id, drive.name, stateOf(drive), mediumOf(drive)]),
        ),
      );
    });
};
