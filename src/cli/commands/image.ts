import { type Command, InvalidArgumentError, Option } from 'commander';
import { createReadStream, statSync } from 'node:fs';
import { z } from 'zod';
import { draftEntry } from '../../image/draft/draft-entry.js';
import { ulid } from '../../jobs/identifier.js';
import { type ImageView, imageView } from '../../jobs/records.js';
import { sourceError } from '../../os/source-error.js';
import { UDF_REVISIONS } from '../../udf/revisions.js';
import { type Client, connectClient, listAll } from '../client.js';
import type { Context } from '../context.js';
import { rootedPaths } from '../job-content.js';
import { formatBytes } from '../quantities.js';
import { textTable } from '../text-table.js';

const view = imageView.strip();

/** Refused before anybody is asked, where it can be the id of no image. */
const imageId = (id: string): string => {
  if (!ulid.safeParse(id).success)
    throw new InvalidArgumentError('It takes the id of an image as `spindle image list` tells it.');
  return id;
};

const pathOf = (image: string): string => `/v1/images/${image}`;

const treeOf = (image: string, at: string): string => `${pathOf(image)}/tree?path=${encodeURIComponent(at)}`;

const describe = ({ id, state, bytes, draft, problem }: ImageView): string =>
  [
    `image ${id}: ${state}`,
    ...(draft && state === 'building' ? [`revision ${draft.revision}`] : []),
    ...(bytes > 0 ? [formatBytes(bytes)] : []),
    ...(problem ? [problem.detail] : []),
  ].join(', ');

const edit = async (client: Client, image: string, edits: readonly object[]): Promise<ImageView> =>
  view.parse(await client.call('POST', `${pathOf(image)}/revisions`, { edits }));

/** What is done to the draft as it is at this moment. */
const act = async (client: Client, image: string, action: string, body?: object): Promise<ImageView> => {
  const { draft } = view.parse(await client.call('GET', pathOf(image)));
  const headers = { 'if-match': `"${draft?.rev ?? 0}"` };
  return view.parse(await client.call('POST', `${pathOf(image)}/actions/${action}`, body, headers));
};

const send = (client: Client, path: string, file: string): Promise<unknown> => {
  if (file === '-') return client.upload(path, process.stdin, undefined);
  try {
    return client.upload(path, createReadStream(file), statSync(file).size);
  } catch (error) {
    throw sourceError(error, file);
  }
};

interface Filters {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

const collect = (pattern: string, before: readonly string[]): string[] => [...before, pattern];

/** Commands that make a draft, look at it and end it. */
const wholeCommands = (image: Command, context: () => Context): void => {
  image
    .command('create')
    .description('begin a draft and print its id')
    .option('--label <label>', 'what it is called in lists')
    .option('--volume <identifier>', 'volume identifier')
    .addOption(new Option('--udf <revision>', 'UDF besides ISO 9660').choices(UDF_REVISIONS))
    .option('--medium <kind>', 'choose file systems for a blank of this kind, e.g. bd-re')
    .action(async (options: { label?: string; volume?: string; udf?: string; medium?: string }) => {
      const { daemon, answer } = context();
      const client = connectClient(daemon);
      const query = options.medium === undefined ? '' : `?medium=${encodeURIComponent(options.medium)}`;
      const suited = z
        .object({ volume: z.looseObject({}) })
        .parse(await client.call('GET', `/v1/volume-defaults${query}`));
      const made = view.parse(
        await client.call('POST', '/v1/images', {
          type: 'draft',
          ...(options.label !== undefined && { label: options.label }),
          volume: {
            ...suited.volume,
            ...(options.volume !== undefined && { identifier: options.volume }),
            ...(options.udf !== undefined && { udf: { revision: options.udf } }),
          },
        }),
      );
      answer(made, () => made.id);
    });

  image
    .command('list')
    .description('list the images, newest first')
    .action(async () => {
      const { daemon, answer } = context();
      const images = await listAll(connectClient(daemon), '/v1/images', view);
      const rows = images.map(({ id, type, state, bytes, label }) => [
        id,
        type,
        state,
        bytes === 0 ? '' : formatBytes(bytes),
        label ?? '',
      ]);
      answer(images, () => textTable(['IMAGE', 'TYPE', 'STATE', 'SIZE', 'LABEL'], rows));
    });

  image
    .command('size')
    .argument('<image>', 'a draft', imageId)
    .description('say how large the image of a draft would be now')
    .option('--drive <id>', 'and whether it fits the medium in this drive')
    .option('--medium <kind>', 'and whether it fits a blank of this kind')
    .action(async (id: string, options: { drive?: string; medium?: string }) => {
      const { daemon, answer } = context();
      const query = new URLSearchParams(Object.entries(options)).toString();
      const size = z
        .looseObject({
          bytes: z.number(),
          files: z.number(),
          medium: z.looseObject({ free: z.number() }).optional(),
        })
        .parse(await connectClient(daemon).call('GET', `${pathOf(id)}/size?${query}`));
      const room =
        size.medium && `, ${size.medium.free < 0 ? 'does not fit' : `${size.medium.free} blocks left`}`;
      answer(size, () => `${size.files} files, ${size.bytes} bytes${room ?? ''}`);
    });

  image
    .command('delete')
    .argument('<image>', 'any image', imageId)
    .description('delete an image that no job records, or a draft')
    .action(async (id: string) => {
      const { daemon, answer } = context();
      await connectClient(daemon).call('DELETE', pathOf(id));
      answer({ deleted: id }, () => `${id} deleted`);
    });
};

/** Commands that change a draft. */
const editCommands = (image: Command, context: () => Context): void => {
  const change = (name: string, description: string): Command =>
    image.command(name).argument('<image>', 'a draft', imageId).description(description);
  const told = async (work: (client: Client) => Promise<ImageView>): Promise<void> => {
    const { daemon, answer } = context();
    const after = await work(connectClient(daemon));
    answer(after, () => describe(after));
  };

  change('put', 'send a file; - is standard input')
    .argument('<file>')
    .argument('<path>', 'on the disc')
    .action((id: string, file: string, at: string) =>
      told(async (client) => view.parse(await send(client, treeOf(id, at), file))),
    );

  change('add', "add a file or a directory's contents from beneath a root of the daemon")
    .argument('<source>')
    .argument('[path]', 'on the disc', '/')
    .option('--include <pattern>', 'only files that match; repeatable', collect, [])
    .option('--exclude <pattern>', 'nothing that matches; repeatable', collect, [])
    .action((id: string, source: string, at: string, filters: Filters) =>
      told(async (client) => {
        const [rooted] = await rootedPaths(client, [source]);
        return edit(client, id, [{ do: 'add', at, ...rooted, ...filters }]);
      }),
    );

  change('mkdir', 'make a directory')
    .argument('<path>')
    .action((id: string, at: string) => told((client) => edit(client, id, [{ do: 'make-directory', at }])));

  change('move', 'move or rename')
    .argument('<from>')
    .argument('<to>')
    .action((id: string, from: string, to: string) =>
      told((client) => edit(client, id, [{ do: 'move', from, to }])),
    );

  change('remove', 'remove a file, or a directory with all that lies in it')
    .argument('<path>')
    .action((id: string, at: string) => told((client) => edit(client, id, [{ do: 'remove', at }])));

  change('undo', 'go back to a revision; 0 is the empty draft')
    .argument('<revision>')
    .action((id: string, to: string) => told((client) => act(client, id, 'undo', { to: Number(to) })));

  change('lock-in', 'keep anybody from going back behind what there is').action((id: string) =>
    told((client) => act(client, id, 'lock-in')),
  );

  change('seal', 'make an image of a draft').action((id: string) =>
    told((client) => act(client, id, 'seal')),
  );
};

export const imageCommands = (program: Command, context: () => Context): void => {
  const image = program.command('image').description('build images by and by, as drafts');
  wholeCommands(image, context);

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

  editCommands(image, context);
};
