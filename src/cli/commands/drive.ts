import type { Command } from 'commander';
import { informationView } from '../../drive/describe-disc.js';
import { featureViews } from '../../drive/describe-features.js';
import { modePageView } from '../../drive/describe-mode-pages.js';
import { structureEntry, structureView } from '../../drive/describe-structures.js';
import { SpindleError } from '../../errors.js';
import { type Client, connectClient, listAll } from '../client.js';
import type { Context } from '../context.js';
import { codeOfByte, codeOfWord, describePage, describeStructure } from '../raw-text.js';
import { textTable } from '../text-table.js';
import { addDriveCommand } from './drive-command.js';
import { addDriveOrders } from './drive-orders.js';
import { findDrive } from './drives.js';

type Query = Readonly<Record<string, string | undefined>>;

const queryOf = (query: Query): string => {
  const given = Object.entries(query).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]]));
  return given.length === 0 ? '' : `?${new URLSearchParams(given as [string, string][]).toString()}`;
};

const tick = (is: boolean): string => (is ? 'yes' : '-');

/** A drive that is asked, and how the answer is told. */
interface Asking extends Pick<Context, 'answer'> {
  readonly client: Client;
  readonly path: string;
  readonly lease: string | undefined;
}

const features = async ({ client, path, lease, answer }: Asking): Promise<void> => {
  const told = featureViews.parse(await client.call('GET', `${path}/features${queryOf({ lease })}`));
  answer(told, () =>
    [
      textTable(
        ['PROFILE', 'CURRENT', 'NAME'],
        told.profiles.map(({ number, current, name }) => [codeOfWord(number), tick(current), name]),
      ),
      '',
      textTable(
        ['FEATURE', 'CURRENT', 'NAME', 'BYTES'],
        told.features.map(({ code, current, name, raw }) => [
          codeOfWord(code),
          tick(current),
          name ?? '-',
          raw,
        ]),
      ),
    ].join('\n'),
  );
};

const modePages = async (
  { client, path, lease, answer }: Asking,
  code: string | undefined,
): Promise<void> => {
  const query = queryOf({ lease });
  if (code === undefined) {
    const pages = await listAll(client, `${path}/mode-pages${query}`, modePageView);
    answer(pages, () => pages.map(describePage).join('\n'));
    return;
  }
  const at = `${path}/mode-pages/${encodeURIComponent(code)}${query}`;
  const page = modePageView.parse(await client.call('GET', at));
  answer(page, () => describePage(page));
};

interface Lease {
  readonly lease?: string;
}

interface StructureOptions extends Lease {
  readonly media?: string;
  readonly layer?: string;
  readonly address?: string;
}

const structure = async (
  { client, path, lease, answer }: Asking,
  format: string | undefined,
  { media, layer, address }: StructureOptions,
): Promise<void> => {
  if (format === undefined) {
    const items = await listAll(client, `${path}/structures${queryOf({ media, lease })}`, structureEntry);
    answer(items, () =>
      textTable(
        ['FORMAT', 'READ', 'SEND', 'BYTES', 'NAME'],
        items.map((entry) => [
          codeOfByte(entry.format),
          tick(entry.readable),
          tick(entry.sendable),
          String(entry.length),
          entry.name ?? '-',
        ]),
      ),
    );
    return;
  }
  const query = queryOf({ media, layer, address, lease });
  const found = structureView.parse(
    await client.call('GET', `${path}/structures/${encodeURIComponent(format)}${query}`),
  );
  answer(found, () => describeStructure(found.name ?? codeOfByte(found.format), found));
};

const information = async (
  { client, path, lease, answer }: Asking,
  what: string,
  query: Query = {},
): Promise<void> => {
  const found = informationView.parse(
    await client.call('GET', `${path}/${what}${queryOf({ ...query, lease })}`),
  );
  answer(found, () => describeStructure('', found));
};

/** The drive would be asked by one of them. */
const checkTrack = (named: Query): void => {
  if (Object.values(named).filter((value) => value !== undefined).length !== 1)
    throw new SpindleError('invalid-request', 'Name the track by one of --track, --lba and --session.');
};

const LEASE = ['--lease <id>', 'of the drive, where you have leased it'] as const;

/** What a drive says of itself and its medium, as it says it. */
export const driveCommands = (program: Command, context: () => Context): void => {
  const drive = program.command('drive').description('ask a drive itself: features, mode pages, structures');
  const at = async (name: string, { lease }: Lease): Promise<Asking> => {
    const { daemon, answer } = context();
    const client = connectClient(daemon);
    return { client, path: `/v1/drives/${(await findDrive(client, name)).id}`, lease, answer };
  };

  drive
    .command('features <drive>')
    .description('profiles and features, and which are current')
    .option(...LEASE)
    .action(async (name: string, options: Lease) => {
      await features(await at(name, options));
    });

  drive
    .command('mode-pages <drive> [code]')
    .description('all mode pages, or the one of a code, e.g. 05h')
    .option(...LEASE)
    .action(async (name: string, code: string | undefined, options: Lease) => {
      await modePages(await at(name, options), code);
    });

  drive
    .command('structure <drive> [format]')
    .description('structures of the medium that can be read, or the one of a format, e.g. 0Eh')
    .option('--media <type>', 'whose formats are meant: dvd or bd; default: those of the medium')
    .option('--layer <number>', 'of the medium')
    .option('--address <number>', 'where the format wants one')
    .option(...LEASE)
    .action(async (name: string, format: string | undefined, options: StructureOptions) => {
      await structure(await at(name, options), format, options);
    });

  drive
    .command('disc-info <drive>')
    .description('READ DISC INFORMATION')
    .option('--type <type>', 'standard, track-resources or pow-resources')
    .option(...LEASE)
    .action(async (name: string, { type, ...options }: Lease & { type?: string }) => {
      await information(await at(name, options), 'disc-information', { type });
    });

  drive
    .command('track-info <drive>')
    .description('READ TRACK INFORMATION, by one of the options')
    .option('--track <number>', 'by its number; 255 is the one that nothing was recorded in yet')
    .option('--lba <block>', 'by a block of it')
    .option('--session <number>', 'the first track of a session')
    .option(...LEASE)
    .action(async (name: string, { track, lba, session, ...options }: Query & Lease) => {
      const named = { track, lba, session };
      checkTrack(named);
      await information(await at(name, options), 'track-information', named);
    });

  addDriveOrders(drive, context);
  addDriveCommand(drive, context);
};
