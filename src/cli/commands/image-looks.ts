import { type Command, InvalidArgumentError } from 'commander';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { draftEntry } from '../../image/draft/draft-entry.js';
import { BLOCK, blocksFor } from '../../iso9660/block.js';
import { writeUserOutput } from '../../os/user-output.js';
import { nameChange, recordedName } from '../../worker/draft-protocol.js';
import { connectClient, listAll } from '../client.js';
import type { Context } from '../context.js';
import { FORCE, checkOutput } from '../output-file.js';
import { count } from '../quantities.js';
import { textTable } from '../text-table.js';
import { findDrive } from './drives.js';
import { contentOf, imageId, pathOf, treeOf } from './image-client.js';

const blockNumber = (text: string): number => {
  if (!/^\d{1,10}$/.test(text)) throw new InvalidArgumentError('must be the number of a block');
  return Number(text);
};

const sizeView = z.looseObject({
  bytes: z.number(),
  files: z.number(),
  volumeNames: z.array(z.looseObject({ fileSystem: z.string(), name: z.string() })),
  medium: z.looseObject({ free: z.number() }).optional(),
});

const sizeText = ({ bytes, files, volumeNames, medium }: z.infer<typeof sizeView>): string => {
  const room = medium && `, ${medium.free < 0 ? 'does not fit' : `${count(medium.free, 'block')} left`}`;
  const names = volumeNames.map(({ fileSystem, name }) => `${fileSystem} "${name}"`);
  return [`${count(files, 'file')}, ${count(bytes, 'byte')}${room ?? ''}`, ...names].join('\n');
};

const layoutRows = z.object({
  items: z.array(z.object({ path: z.string(), address: z.number(), length: z.number() })),
});

/** Commands that look at drafts. */
const draftLooks = (image: Command, context: () => Context): void => {
  image
    .command('show')
    .argument('<image>', 'a draft', imageId)
    .argument('[path]', 'on the disc', '/')
    .description('list what lies in a directory of a draft')
    .action(async (id: string, at: string) => {
      const { daemon, answer } = context();
      const entries = await listAll(connectClient(daemon), treeOf(id, at), draftEntry.strip());
      const rows = entries.map(({ mode, bytes, modifiedAt, path }) => [
        mode,
        bytes === undefined ? '' : String(bytes),
        modifiedAt,
        path,
      ]);
      answer(entries, () => textTable(['MODE', 'BYTES', 'MODIFIED', 'PATH'], rows));
    });

  image
    .command('cat')
    .argument('<image>', 'a draft', imageId)
    .argument('<path>', 'on the disc')
    .option('--stream <name>', 'this named stream of what is there')
    .description('write what a file of a draft contains to standard output')
    .action(async (id: string, at: string, { stream }: { stream?: string }) => {
      const { daemon } = context();
      const content = await connectClient(daemon).stream(contentOf(id, at, stream));
      await pipeline(content, process.stdout, { end: false });
    });

  image
    .command('size')
    .argument('<image>', 'a draft', imageId)
    .description('say how large the image of a draft would be now')
    .option('--drive <drive>', 'and whether it fits the medium in this drive')
    .option('--medium <kind>', 'and whether it fits a blank of this kind')
    .action(async (id: string, { drive, medium }: { drive?: string; medium?: string }) => {
      const { daemon, answer } = context();
      const client = connectClient(daemon);
      const about = new URLSearchParams({
        ...(medium !== undefined && { medium }),
        ...(drive !== undefined && { drive: (await findDrive(client, drive)).id }),
      });
      const size = sizeView.parse(await client.call('GET', `${pathOf(id)}/size?${about.toString()}`));
      answer(size, () => sizeText(size));
    });

  image
    .command('names')
    .argument('<image>', 'a draft, or an image that is made', imageId)
    .argument('[path]', 'on the disc, of a draft; left out: all names that are changed')
    .description('say how each file system would show a file, or which names it would change')
    .action(async (id: string, at?: string) => {
      const { daemon, answer } = context();
      const client = connectClient(daemon);
      if (at === undefined) {
        const changes = await listAll(client, `${pathOf(id)}/name-changes`, nameChange.strip());
        const rows = changes.map(({ fileSystem, path, recordedAs, pathBytes }) => [
          fileSystem,
          path,
          pathBytes === undefined ? recordedAs : `a path of ${pathBytes} bytes, which is too long`,
        ]);
        answer(changes, () => textTable(['FILE SYSTEM', 'PATH', 'RECORDED AS'], rows));
        return;
      }
      const names = await listAll(
        client,
        `${pathOf(id)}/names?path=${encodeURIComponent(at)}`,
        recordedName.strip(),
      );
      answer(names, () =>
        textTable(
          ['FILE SYSTEM', 'PATH'],
          names.map(({ fileSystem, path }) => [fileSystem, path]),
        ),
      );
    });
};

/** Commands that look at images that are made. */
const imageLooks = (image: Command, context: () => Context): void => {
  image
    .command('download')
    .argument('<image>', 'one that is made', imageId)
    .requiredOption('-o, --output <file>', 'where to; - is standard output')
    .option(...FORCE)
    .description('write an image to a file')
    .action(async (id: string, { output, force }: { output: string; force?: true }) => {
      const { daemon, note } = context();
      if (output !== '-') checkOutput(output, { replaces: force });
      const content = await connectClient(daemon).stream(`${pathOf(id)}/content`);
      if (output === '-') {
        await pipeline(content, process.stdout, { end: false });
        return;
      }
      await writeUserOutput(output, (fd) =>
        pipeline(content, createWriteStream('', { fd, autoClose: false })),
      );
      note(`${output} written`);
    });

  image
    .command('block')
    .argument('<image>', 'one that is made', imageId)
    .argument('<number>', 'of the block, counted from the beginning of the image', blockNumber)
    .description('say which file lies at a block of an image')
    .action(async (id: string, block: number) => {
      const { daemon, answer } = context();
      const found = layoutRows.parse(
        await connectClient(daemon).call('GET', `${pathOf(id)}/layout?block=${block}`),
      );
      const [row] = found.items;
      answer(found.items, () =>
        row ? row.path || 'a structure of the file system' : 'nothing: padding, or outside',
      );
    });
};

const whereCommand = (image: Command, context: () => Context): void => {
  image
    .command('where')
    .argument('<image>', 'one that is made', imageId)
    .argument('<path>', 'on the disc')
    .description('say at which blocks of an image a file lies')
    .action(async (id: string, at: string) => {
      const { daemon, answer } = context();
      const query = `path=${encodeURIComponent(at)}`;
      const found = layoutRows.parse(
        await connectClient(daemon).call('GET', `${pathOf(id)}/layout?${query}`),
      );
      const lines = found.items.map(({ address, length }) => {
        const first = address / BLOCK;
        const last = first + blocksFor(length) - 1;
        const where = last > first ? `blocks ${first} to ${last}` : `block ${first}`;
        return `${where}, ${count(length, 'byte')}`;
      });
      answer(
        found.items,
        () =>
          lines.join('\n') ||
          'no contents lie there by that path: it is empty, another name of a file, or not on the disc',
      );
    });
};

export const imageLookCommands = (image: Command, context: () => Context): void => {
  draftLooks(image, context);
  imageLooks(image, context);
  whereCommand(image, context);
};
