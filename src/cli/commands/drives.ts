import type { Command } from 'commander';
import type { Context } from '../context.js';
import { SpindleError } from '../../errors.js';
import { type Client, connectClient, listAll } from '../client.js';
import { remarksOn, roomOn, statusOf } from '../medium-words.js';
import { textTable } from '../text-table.js';
import { driveView, type DriveView } from '../views.js';

/** What lies in a faulted drive nobody knows; what the matter is with it says its problem. */
const stateOf = ({ holding, holder, contents, problem }: DriveView): string =>
  [holding, holding === 'faulted' ? problem && `(${problem.code})` : contents, holder && `(${holder})`]
    .filter((word) => word !== undefined)
    .join(' ');

const mediumOf = ({ medium }: DriveView): string =>
  medium ? [medium.kind, statusOf(medium), ...remarksOn(medium), roomOn(medium)].join(', ') : '-';

/**
 * A drive by id or by name; ids win.
 * @throws SpindleError `invalid-request` where several drives have the name: none of them is meant for sure.
 */
export const findDrive = async (client: Client, idOrName: string): Promise<DriveView> => {
  const drives = await listAll(client, '/v1/drives', driveView);
  const byId = drives.find(({ id }) => id === idOrName);
  const [named, ...others] = byId ? [byId] : drives.filter(({ name }) => name === idOrName);
  if (named && others.length > 0)
    throw new SpindleError('invalid-request', `Several drives are named ${idOrName}.`, {
      errors: [
        {
          pointer: 'DRIVE',
          message: `name one by its id: ${[named, ...others].map(({ id }) => id).join(', ')}`,
        },
      ],
    });
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
