import { type Command, InvalidArgumentError, Option } from 'commander';
import { type FileHandle, open } from 'node:fs/promises';
import { IMPORTED_FILE_SYSTEMS } from '../../image/import/file-systems.js';
import { SpindleError } from '../../errors.js';
import type { ImageView } from '../../jobs/records.js';
import { sourceError } from '../../os/source-error.js';
import { type Client, connectClient } from '../client.js';
import type { Context } from '../context.js';
import { boardBeside, type ProgressBoard } from '../progress-lines.js';
import { showWhile } from '../show-while.js';
import { rootedPaths } from '../job-content.js';
import { findDrive } from './drives.js';
import { act, describeImage, imageId, pathOf, treeOf, view } from './image-client.js';
import { addSealing } from './image-seal.js';
import { numberOfBlocks } from '../quantities.js';

interface Filters {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

interface StreamOption {
  readonly stream?: string;
}

const edit = async (client: Client, image: string, edits: readonly object[]): Promise<ImageView> =>
  view.parse(await client.call('POST', `${pathOf(image)}/revisions`, { edits }));

const opened = async (file: string): Promise<FileHandle> => {
  try {
    return await open(file);
  } catch (error) {
    throw sourceError(error, file);
  }
};

/** A file is sent as long as it is once it is open. Of a pipe nobody knows how long it is, nor of what the kernel makes up in /proc: that is sent to its end. */
const send = async (client: Client, path: string, file: string): Promise<unknown> => {
  if (file === '-') return client.upload(path, process.stdin, undefined);
  const handle = await opened(file);
  const found = await handle.stat();
  if (found.isDirectory()) {
    await handle.close();
    throw new SpindleError(
      'source-unsupported',
      `${file} is a directory; \`spindle image add\` takes those.`,
    );
  }
  const bytes = found.isFile() && found.size > 0 ? found.size : undefined;
  const content = handle.createReadStream(bytes === undefined ? {} : { end: bytes - 1 });
  try {
    return await client.upload(path, content, bytes);
  } finally {
    content.destroy(); // Who is refused has not read it to its end.
  }
};

const collect = (pattern: string, before: readonly string[]): string[] => [...before, pattern];

const revisionNumber = (text: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('must be the number of a revision');
  return Number(text);
};

const idNumber = (text: string): number => {
  if (!/^\d{1,10}$/.test(text)) throw new InvalidArgumentError('must be a number');
  return Number(text);
};

const moment = (text: string): string => {
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new InvalidArgumentError('must be a time such as 2026-01-31T12:00:00Z');
  return new Date(time).toISOString();
};

interface Attributes {
  readonly modified?: string;
  readonly created?: string;
  readonly accessed?: string;
  readonly mode?: string;
  readonly user?: number;
  readonly group?: number;
  readonly hidden?: boolean;
  readonly realTime?: boolean;
}

const setEdit = (at: string, { modified, created, accessed, ...rest }: Attributes): object => ({
  do: 'set',
  at,
  ...(modified !== undefined && { modifiedAt: modified }),
  ...(created !== undefined && { createdAt: created }),
  ...(accessed !== undefined && { accessedAt: accessed }),
  ...rest,
});

type Told = (work: (client: Client, board: ProgressBoard) => Promise<ImageView>) => Promise<void>;
type Change = (name: string, description: string) => Command;

const contentCommands = (change: Change, told: Told): void => {
  change('put', 'send a file; - is standard input')
    .argument('<file>')
    .argument('<path>', 'on the disc')
    .option('--stream <name>', 'as this named stream of what is there')
    .action((id: string, file: string, at: string, { stream }: StreamOption) =>
      told(async (client) => view.parse(await send(client, treeOf(id, at, stream), file))),
    );

  change('add', "add a file or a directory's contents from beneath a root of the daemon")
    .argument('<source>')
    .argument('[path]', 'on the disc', '/')
    .option('--include <pattern>', 'only files that match; repeatable', collect, [])
    .option('--exclude <pattern>', 'nothing that matches; repeatable', collect, [])
    .option('--copy', 'copy what is there now, so that the source may change or go')
    .option('--stream <name>', 'as this named stream of what is there')
    .action((id: string, source: string, at: string, options: Filters & StreamOption & { copy?: boolean }) =>
      told(async (client) => {
        const [rooted] = await rootedPaths(client, [source]);
        return edit(client, id, [{ do: 'add', at, ...rooted, ...options }]);
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
    .option('--stream <name>', 'only this named stream of it')
    .action((id: string, at: string, { stream }: StreamOption) =>
      told((client) => edit(client, id, [{ do: 'remove', at, ...(stream !== undefined && { stream }) }])),
    );

  change('set', 'say what is recorded of a file or directory in the place of what its source says')
    .argument('<path>')
    .option('--modified <time>', 'time of the last modification, UTC unless it says otherwise', moment)
    .option('--created <time>', 'time of creation', moment)
    .option('--accessed <time>', 'time of the last access', moment)
    .option('--mode <octal>', 'permissions, e.g. 0644')
    .option('--user <number>', 'owner', idNumber)
    .option('--group <number>', 'group', idNumber)
    .option('--hidden', 'with the hidden flag')
    .option('--no-hidden', 'without it')
    .option('--real-time', 'as a file that is played as it is read, UDF 2.01 and later')
    .option('--no-real-time', 'as any other')
    .action((id: string, at: string, attributes: Attributes) =>
      told((client) => edit(client, id, [setEdit(at, attributes)])),
    );
};

interface Importing {
  readonly drive: string;
  readonly session?: number;
  readonly fileSystem?: string;
  readonly skipUnsupported?: boolean;
  readonly lease?: string;
}

const importCommand = (change: Change, told: Told): void => {
  change('import', 'begin with what a disc has; the image becomes the next session of that disc alone')
    .requiredOption('--drive <drive>', 'where the disc lies')
    .option('--session <number>', 'the session that is continued instead of the last one', idNumber)
    .addOption(
      new Option('--file-system <name>', 'by which it is read instead of that which shows most').choices(
        IMPORTED_FILE_SYSTEMS,
      ),
    )
    .option('--skip-unsupported', 'leave out, and tell, what cannot be carried on')
    .option('--lease <id>', 'of the drive, where you have leased it')
    .action((id: string, { drive, ...options }: Importing) =>
      told(async (client, board) => {
        const { id: named } = await findDrive(client, drive);
        const importing = edit(client, id, [{ do: 'import', drive: named, ...options }]);
        return showWhile(client, id, board, importing);
      }),
    );
};

const blocksOrNone = (text: string): number | null => (text === 'none' ? null : numberOfBlocks(text));

const revisionCommands = (change: Change, told: Told): void => {
  change('limit', 'say how large the image may be')
    .argument('<blocks>', 'of 2,048 bytes, or none', blocksOrNone)
    .action((id: string, blocks: number | null) =>
      told((client) => edit(client, id, [{ do: 'limit', blocks }])),
    );

  change('undo', 'go back to a revision; 0 is the empty draft')
    .argument('<revision>', 'number', revisionNumber)
    .action((id: string, to: number) => told((client) => act(client, id, 'undo', { to })));

  change('lock-in', 'keep anybody from going back behind what there is').action((id: string) =>
    told((client) => act(client, id, 'lock-in')),
  );
};

/** Commands that change a draft. */
export const imageEditCommands = (image: Command, context: () => Context): void => {
  const change: Change = (name, description) =>
    image.command(name).argument('<image>', 'a draft', imageId).description(description);
  const told: Told = async (work) => {
    const { daemon, answer, ...how } = context();
    const after = await work(connectClient(daemon), boardBeside(how));
    answer(after, () => describeImage(after));
  };
  contentCommands(change, told);
  importCommand(change, told);
  revisionCommands(change, told);
  addSealing(change('seal', 'make an image of a draft'), context);
};
