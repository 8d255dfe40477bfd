import { Argument, type Command, Option } from 'commander';
import { z } from 'zod';
import { SpindleError } from '../../errors.js';
import { BLANK_NAMES, type BlankName, MEDIA } from '../../virtual/media.js';
import type { MediumSpec } from '../../virtual/media/specification.js';
import { MODEL_NAMES, type ModelName } from '../../virtual/models.js';
import { type Client, connectClient, listAll } from '../client.js';
import type { Context } from '../context.js';
import { type NameOfDrive, namesOfDrives } from '../drive-names.js';
import { numberOfBlocks } from '../quantities.js';
import { textTable } from '../text-table.js';
import { driveView } from '../views.js';
import { findDrive } from './drives.js';

const virtualDriveView = z.looseObject({
  id: z.string(),
  home: z.string(),
  settings: z.looseObject({ model: z.string(), speed: z.string() }),
  medium: z.string().optional(),
});

const mediumView = z.looseObject({
  name: z.string(),
  blank: z.string().optional(),
  capacity: z.number().optional(),
  drive: z.string().optional(),
});

const pathOf = (id: string): string => `/v1/virtual-drives/${id}`;

const mediumIn = async (client: Client, id: string): Promise<string | undefined> =>
  virtualDriveView.parse(await client.call('GET', pathOf(id))).medium;

const LEASE = ['--lease <id>', 'of the drive, where you have leased it'] as const;

const listCommand = (virtual: Command, context: () => Context): void => {
  virtual
    .command('list')
    .description('list the virtual drives of the daemon')
    .action(async () => {
      const { daemon, answer } = context();
      const client = connectClient(daemon);
      const [drives, name] = await Promise.all([
        listAll(client, '/v1/virtual-drives', virtualDriveView),
        namesOfDrives(client),
      ]);
      const rows = drives.map(({ id, home, settings: { model, speed }, medium }) => [
        id,
        name(id),
        model,
        speed,
        home,
        medium ?? '-',
      ]);
      answer(drives, () => textTable(['DRIVE', 'NAME', 'MODEL', 'SPEED', 'HOME', 'MEDIUM'], rows));
    });
};

/** `virtual-3` where there are two. */
const freeName = async (client: Client): Promise<string> => {
  const names = new Set((await listAll(client, '/v1/drives', driveView)).map(({ name }) => name));
  for (let number = 1; ; number += 1) if (!names.has(`virtual-${number}`)) return `virtual-${number}`;
};

interface Making {
  readonly name?: string;
  readonly model: ModelName;
  readonly home: string;
  readonly speed: string;
}

const makingCommands = (virtual: Command, context: () => Context): void => {
  virtual
    .command('add')
    .description('make a virtual drive of the daemon and print its id')
    .option('--name <name>', 'what it is called; default: virtual-1, or the next number')
    .addOption(new Option('--model <model>', 'what it is like').choices(MODEL_NAMES).default('bd-writer'))
    .addOption(
      new Option('--speed <speed>', 'how fast it is').choices(['unlimited', 'realtime']).default('unlimited'),
    )
    .addOption(
      new Option('--home <home>', 'where it lives; process: it stays powered when its worker dies')
        .choices(['worker', 'process'])
        .default('worker'),
    )
    .action(async ({ name, ...spec }: Making) => {
      const { daemon, answer } = context();
      const client = connectClient(daemon);
      const made = driveView.parse(
        await client.call('POST', '/v1/virtual-drives', { name: name ?? (await freeName(client)), ...spec }),
      );
      answer(made, () => made.id);
    });

  virtual
    .command('remove <drive>')
    .description('remove a virtual drive; what lies in it is kept')
    .action(async (word: string) => {
      const { daemon, answer } = context();
      const client = connectClient(daemon);
      const { id, name } = await findDrive(client, word);
      await client.call('DELETE', pathOf(id));
      answer({ removed: id }, () => `${name}: removed`);
    });
};

interface Insertion {
  readonly medium?: string;
  readonly capacity?: number;
  readonly writeProtect?: true;
  readonly lease?: string;
}

/** What is put in, as the daemon is told. */
const insertionOf = (
  blank: BlankName | undefined,
  { medium, capacity, writeProtect, lease }: Insertion,
): object => {
  if ((blank === undefined) === (medium === undefined))
    throw new SpindleError(
      'invalid-request',
      'Name either the kind of a new blank, as `spindle virtual blanks` lists them, or a kept medium by --medium.',
    );
  return { blank, capacity, writeProtect, medium, lease };
};

const mediumCommands = (virtual: Command, context: () => Context): void => {
  virtual
    .command('insert')
    .argument('<drive>')
    .addArgument(new Argument('[blank]', 'the kind of a new blank').choices(BLANK_NAMES))
    .description('put a new blank or a kept medium into a virtual drive')
    .addOption(
      new Option('--medium <name>', 'a kept medium, as `spindle virtual media` lists them').conflicts([
        'capacity',
        'writeProtect',
      ]),
    )
    .option('--capacity <blocks>', 'of the new blank; default: as sold', numberOfBlocks)
    .option('--write-protect', 'set the tab of its cartridge')
    .option(...LEASE)
    .action(async (word: string, blank: BlankName | undefined, options: Insertion) => {
      const { daemon, answer } = context();
      const insertion = insertionOf(blank, options);
      const client = connectClient(daemon);
      const { id, name } = await findDrive(client, word);
      const after = await client.call('PUT', `${pathOf(id)}/medium`, insertion);
      const medium = await mediumIn(client, id);
      answer(after, () => `${name}: ${medium ?? 'a medium'} lies in it`);
    });

  virtual
    .command('take-out <drive>')
    .description('take what lies in a virtual drive out of it; it is kept')
    .option(...LEASE)
    .action(async (word: string, { lease }: { lease?: string }) => {
      const { daemon, answer } = context();
      const client = connectClient(daemon);
      const { id, name } = await findDrive(client, word);
      const medium = await mediumIn(client, id);
      const query = lease === undefined ? '' : `?lease=${encodeURIComponent(lease)}`;
      const after = await client.call('DELETE', `${pathOf(id)}/medium${query}`);
      answer(after, () =>
        medium === undefined ? `${name}: nothing lay in it` : `${name}: ${medium} is taken out, and kept`,
      );
    });
};

const rowOfMedium = (
  { name, blank, capacity, drive }: z.infer<typeof mediumView>,
  nameOf: NameOfDrive,
): string[] => [name, blank ?? 'damaged', String(capacity ?? ''), drive === undefined ? '-' : nameOf(drive)];

const lookCommands = (virtual: Command, context: () => Context): void => {
  virtual
    .command('media')
    .description('list the media of virtual drives that the daemon keeps, and where they lie')
    .action(async () => {
      const { daemon, answer } = context();
      const client = connectClient(daemon);
      const [media, name] = await Promise.all([
        listAll(client, '/v1/virtual-media', mediumView),
        namesOfDrives(client),
      ]);
      answer(media, () =>
        textTable(
          ['MEDIUM', 'BLANK', 'BLOCKS', 'DRIVE'],
          media.map((medium) => rowOfMedium(medium, name)),
        ),
      );
    });

  virtual
    .command('blanks')
    .description('list the kinds of new blanks; needs no daemon')
    .action(() => {
      const blanks = BLANK_NAMES.map((name) => {
        const { title, capacity, cartridge }: MediumSpec = MEDIA[name];
        return { name, title, capacity, cartridge: cartridge === true };
      });
      context().answer(blanks, () =>
        textTable(
          ['BLANK', 'BLOCKS', 'TAB', 'WHAT IT IS'],
          blanks.map(({ name, title, capacity, cartridge }) => [
            name,
            String(capacity),
            cartridge ? 'yes' : '-',
            title,
          ]),
        ),
      );
    });
};

/** Virtual drives of the daemon, and what lies in them. */
export const addVirtualDriveCommands = (virtual: Command, context: () => Context): void => {
  listCommand(virtual, context);
  makingCommands(virtual, context);
  mediumCommands(virtual, context);
  lookCommands(virtual, context);
};
