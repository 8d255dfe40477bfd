import type { Command } from 'commander';
import { informationView } from '../../drive/describe-disc.js';
import { featureViews } from '../../drive/describe-features.js';
import { modePageView } from '../../drive/describe-mode-pages.js';
import { structureEntry, structureView } from '../../drive/describe-structures.js';
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

const features = async (client: Client, path: string, answer: Context['answer']): Promise<void> => {
  const told = featureViews.parse(await client.call('GET', `${path}/features`));
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
  client: Client,
  path: string,
  { code, answer }: { code: string | undefined; answer: Context['answer'] },
): Promise<void> => {
  if (code === undefined) {
    const pages = await listAll(client, `${path}/mode-pages`, modePageView);
    answer(pages, () => pages.map(describePage).join('\n'));
    return;
  }
  const page = modePageView.parse(await client.call('GET', `${path}/mode-pages/${encodeURIComponent(code)}`));
  answer(page, () => describePage(page));
};

interface StructureOptions {
  readonly media?: string;
  readonly layer?: string;
  readonly address?: string;
}

const structure = async (
  client: Client,
  path: string,
  {
    format,
    options,
    answer,
  }: { format: string | undefined; options: StructureOptions; answer: Context['answer'] },
): Promise<void> => {
  const { media, layer, address } = options;
  if (format === undefined) {
    const items = await listAll(client, `${path}/structures${queryOf({ media })}`, structureEntry);
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
  const query = queryOf({ media, layer, address });
  const found = structureView.parse(
    await client.call('GET', `${path}/structures/${encodeURIComponent(format)}${query}`),
  );
  answer(found, () => describeStructure(found.name ?? codeOfByte(found.format), found));
};

const information = async (client: Client, path: string, answer: Context['answer']): Promise<void> => {
  const found = informationView.parse(await client.call('GET', path));
  answer(found, () => describeStructure('', found));
};

/** What a drive says of itself and its medium, as it says it. */
export const driveCommands = (program: Command, context: () => Context): void => {
  const drive = program.command('drive').description('ask a drive itself: features, mode pages, structures');
  const at = async (name: string): Promise<{ client: Client; path: string; answer: Context['answer'] }> => {
    const { daemon, answer } = context();
    const client = connectClient(daemon);
    return { client, path: `/v1/drives/${(await findDrive(client, name)).id}`, answer };
  };

  drive
    .command('features <drive>')
    .description('profiles and features, and which are current')
    .action(async (name: string) => {
      const { client, path, answer } = await at(name);
      await features(client, path, answer);
    });

  drive
    .command('mode-pages <drive> [code]')
    .description('all mode pages, or the one of a code, e.g. 05h')
    .action(async (name: string, code: string | undefined) => {
      const { client, path, answer } = await at(name);
      await modePages(client, path, { code, answer });
    });

  drive
    .command('structure <drive> [format]')
    .description('structures of the medium that can be read, or the one of a format, e.g. 0Eh')
    .option('--media <type>', 'whose formats are meant: dvd or bd; default: those of the medium')
    .option('--layer <number>', 'of the medium')
    .option('--address <number>', 'where the format wants one')
    .action(async (name: string, format: string | undefined, options: StructureOptions) => {
      const { client, path, answer } = await at(name);
      await structure(client, path, { format, options, answer });
    });

  drive
    .command('disc-info <drive>')
    .description('READ DISC INFORMATION')
    .option('--type <type>', 'standard, track-resources or pow-resources')
    .action(async (name: string, { type }: { type?: string }) => {
      const { client, path, answer } = await at(name);
      await information(client, `${path}/disc-information${queryOf({ type })}`, answer);
    });

  drive
    .command('track-info <drive>')
    .description('READ TRACK INFORMATION, by one of the options')
    .option('--track <number>', 'by its number; 255 is the one that nothing was recorded in yet')
    .option('--lba <block>', 'by a block of it')
    .option('--session <number>', 'the first track of a session')
    .action(async (name: string, { track, lba, session }: Query) => {
      const { client, path, answer } = await at(name);
      await information(client, `${path}/track-information${queryOf({ track, lba, session })}`, answer);
    });

  addDriveOrders(drive, context);
  addDriveCommand(drive, context);
};
