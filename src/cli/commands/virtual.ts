import { type Command, Option } from 'commander';
import { createWriteStream, existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { destination, pino } from 'pino';
import {
  createVirtualDrive,
  insertMedium,
  removeMedium,
  readDriveState,
  type DriveSpec,
} from '../../virtual/drive-folder.js';
import { isSpindleError, SpindleError } from '../../errors.js';
import { writeUserOutput } from '../../os/user-output.js';
import { openExport } from '../../virtual/medium/export-image.js';
import { BLANK_NAMES, type BlankName } from '../../virtual/media.js';
import { createMedium } from '../../virtual/medium/medium-store.js';
import { MODEL_NAMES, type ModelName } from '../../virtual/models.js';
import { serveVirtualDrive } from '../../worker/serve-virtual-drive.js';
import type { Context } from '../context.js';
import { FORCE, checkOutput } from '../output-file.js';
import { numberOfBlocks } from '../quantities.js';
import { addVirtualDriveCommands } from './virtual-drives.js';

interface ServeOptions {
  readonly listen: string;
  readonly model: ModelName;
  readonly speed: NonNullable<DriveSpec['speed']>;
  readonly blank?: BlankName;
  readonly medium?: string;
  readonly capacity?: number;
}

/** A blank lies beside the drive that it is made for; a medium lies where it lies. */
const mediumFor = (folder: string, { blank, medium, capacity }: ServeOptions): string | undefined => {
  if (medium !== undefined) return path.resolve(medium);
  if (blank === undefined) return undefined;
  const made = path.join(folder, `medium-${blank}-${Date.now().toString(36)}`);
  createMedium(made, blank, capacity);
  return made;
};

const prepareDrive = (folder: string, options: ServeOptions): void => {
  mkdirSync(path.dirname(folder), { recursive: true });
  if (!existsSync(path.join(folder, 'drive.json')))
    createVirtualDrive(folder, { model: options.model, speed: options.speed });
  const medium = mediumFor(folder, options);
  if (medium === undefined) return;
  if (readDriveState(folder).medium !== null) removeMedium(folder);
  insertMedium(folder, medium);
};

/** Nobody has an attempt here that one could wait for: another process is the drive's home. */
const asServed = (folder: string, error: unknown): unknown =>
  isSpindleError(error) && error.code === 'drive-busy'
    ? new SpindleError('virtual-drive-served', `${folder}: ${error.message}.`, { cause: error })
    : error;

const serve = async (folder: string, options: ServeOptions): ReturnType<typeof serveVirtualDrive> => {
  checkOutput(options.listen, { replaces: true });
  try {
    prepareDrive(folder, options);
    const log = pino({ level: 'warn' }, destination(2));
    return await serveVirtualDrive(folder, path.resolve(options.listen), { log });
  } catch (error) {
    throw asServed(folder, error);
  }
};

export const virtualCommands = (program: Command, context: () => Context): void => {
  const virtual = program
    .command('virtual')
    .description('drives made of software: those of the daemon, and others for programs that need none');

  addVirtualDriveCommands(virtual, context);

  virtual
    .command('serve <folder>')
    .description(
      'offer the virtual drive in a folder on a Unix socket, until a signal; makes it if there is none',
    )
    .requiredOption('--listen <path>', 'Unix socket to listen at')
    .addOption(
      new Option('--model <model>', 'of a drive that is made').choices(MODEL_NAMES).default('bd-writer'),
    )
    .addOption(
      new Option('--speed <speed>', 'of a drive that is made')
        .choices(['unlimited', 'realtime'])
        .default('unlimited'),
    )
    .addOption(
      new Option('--blank <kind>', 'put a new blank medium in').choices(BLANK_NAMES).conflicts('medium'),
    )
    .option('--capacity <blocks>', 'of the new blank medium', numberOfBlocks)
    .option('--medium <folder>', 'put this medium in')
    .action(async (given: string, options: ServeOptions) => {
      const folder = path.resolve(given);
      const home = await serve(folder, options);
      const { medium } = readDriveState(folder);
      context().answer(
        { socket: options.listen, medium },
        () => `serving at ${options.listen}${medium === null ? '' : `, medium ${medium}`}`,
      );
      await new Promise<void>((resolve) => {
        for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, resolve);
      });
      await home.close();
    });

  virtual
    .command('export <medium>')
    .description('write what was recorded on a virtual medium to an image file')
    .requiredOption('-o, --output <file>', 'image file')
    .option(...FORCE)
    .action(async (medium: string, { output, force }: { output: string; force?: true }) => {
      checkOutput(output, { replaces: force });
      const recorded = openExport(path.resolve(medium));
      await writeUserOutput(path.resolve(output), (fd) =>
        pipeline(recorded.stream(), createWriteStream('', { fd, autoClose: false })),
      );
      context().answer({ output }, () => output);
    });
};
