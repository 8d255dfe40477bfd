import { realpathSync } from 'node:fs';
import type { Command } from 'commander';
import type { Context } from '../context.js';
import { SpindleError } from '../../errors.js';
import { describeDrive } from '../drive-words.js';
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

/** Where a virtual drive is kept is of no use to a person. */
const deviceIn = ({ transport, location }: DriveView): string =>
  transport === 'sg' ? (location?.device ?? '-') : 'virtual';

/** A name of a device as the kernel has it: `/dev/cdrom` is a link. */
const deviceOf = (path: string): string | undefined => {
  if (!path.startsWith('/')) return undefined;
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
};

/**
 * A drive by id, by name or by the path of its device; ids win.
 * @throws SpindleError `invalid-request` where several drives have the name: none of them is meant for sure; `drive-unknown`.
 */
export const findDrive = async (client: Client, word: string): Promise<DriveView> => {
  const drives = await listAll(client, '/v1/drives', driveView);
  const device = deviceOf(word);
  const meant =
    drives.find(({ id }) => id === word) ??
    drives.find(({ location }) => device !== undefined && location?.device === device);
  const [named, ...others] = meant ? [meant] : drives.filter(({ name }) => name === word);
  if (named && others.length > 0)
    throw new SpindleError('invalid-request', `Several drives are named ${word}.`, {
      errors: [
        {
          pointer: 'DRIVE',
          message: `name one by its id: ${[named, ...others].map(({ id }) => id).join(', ')}`,
        },
      ],
    });
  if (!named) throw new SpindleError('drive-unknown', `There is no drive ${word}.`);
  return named;
};

export const drivesCommand = (program: Command, context: () => Context): void => {
  program
    .command('drives [drive]')
    .description('list the drives and what lies in them, or say what one of them can do')
    .action(async (idOrName?: string) => {
      const { daemon, answer } = context();
      if (idOrName !== undefined) {
        const drive = await findDrive(connectClient(daemon), idOrName);
        answer(drive, () => describeDrive(drive));
        return;
      }
      const drives = await listAll(connectClient(daemon), '/v1/drives', driveView);
      answer(drives, () =>
        textTable(
          ['DRIVE', 'NAME', 'DEVICE', 'STATE', 'MEDIUM'],
          drives.map((drive) => [drive.id, drive.name, deviceIn(drive), stateOf(drive), mediumOf(drive)]),
        ),
      );
    });
};
