import { type Command, Option } from 'commander';
import { z } from 'zod';
import { UDF_REVISIONS } from '../../udf/revisions.js';
import { connectClient, listAll } from '../client.js';
import type { Context } from '../context.js';
import { formatBytes } from '../quantities.js';
import { textTable } from '../text-table.js';
import { findDrive } from './drives.js';
import { imageId, pathOf, view, volumeOf } from './image-client.js';
import { numberOfBlocks } from '../quantities.js';
import { imageEditCommands } from './image-edits.js';
import { imageLookCommands } from './image-looks.js';

interface Beginning {
  readonly label?: string;
  readonly volume?: string;
  readonly udf?: string;
  readonly medium?: string;
  readonly drive?: string;
  readonly limit?: number;
}

const createCommand = (image: Command, context: () => Context): void => {
  image
    .command('create')
    .description('begin a draft and print its id')
    .option('--label <label>', 'what it is called in lists')
    .option('--volume <identifier>', 'volume identifier')
    .addOption(new Option('--udf <revision>', 'UDF besides ISO 9660').choices(UDF_REVISIONS))
    .option('--medium <kind>', 'choose file systems for a blank of this kind, e.g. bd-re')
    .option('--drive <drive>', 'choose file systems for the medium in this drive')
    .option('--limit <blocks>', 'blocks of 2,048 bytes that the image may have', numberOfBlocks)
    .action(async ({ label, volume, udf, medium, drive, limit }: Beginning) => {
      const { daemon, answer } = context();
      const client = connectClient(daemon);
      const about = new URLSearchParams({
        ...(medium !== undefined && { medium }),
        ...(drive !== undefined && { drive: (await findDrive(client, drive)).id }),
      });
      const suited = z
        .object({ volume: z.looseObject({}) })
        .parse(await client.call('GET', `/v1/volume-defaults?${about.toString()}`));
      const made = view.parse(
        await client.call('POST', '/v1/images', {
          type: 'draft',
          ...(label !== undefined && { label }),
          ...(limit !== undefined && { limitBlocks: limit }),
          volume: {
            ...suited.volume,
            ...(volume !== undefined && { identifier: volume, identifiers: {} }),
            ...(udf !== undefined && { udf: { revision: udf } }),
          },
        }),
      );
      answer(made, () => made.id);
    });
};

/** Why a draft could not be sealed, or an image not be made, is told with its state. */
const stateOf = ({ state, problem }: z.infer<typeof view>): string =>
  problem ? `${state} (${problem.code})` : state;

const allImagesCommands = (image: Command, context: () => Context): void => {
  image
    .command('list')
    .description('list the images, newest first')
    .action(async () => {
      const { daemon, answer } = context();
      const images = await listAll(connectClient(daemon), '/v1/images', view);
      const rows = images.map((one) => [
        one.id,
        one.type,
        stateOf(one),
        one.bytes === 0 ? '' : formatBytes(one.bytes),
        volumeOf(one),
        one.label ?? '',
      ]);
      answer(images, () => textTable(['IMAGE', 'TYPE', 'STATE', 'SIZE', 'VOLUME', 'LABEL'], rows));
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

export const imageCommands = (program: Command, context: () => Context): void => {
  const image = program.command('image').description('build images by and by, as drafts');
  createCommand(image, context);
  allImagesCommands(image, context);
  imageLookCommands(image, context);
  imageEditCommands(image, context);
};
