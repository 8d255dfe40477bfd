import { type Command, InvalidArgumentError } from 'commander';
import { closeSync, existsSync, fstatSync, openSync } from 'node:fs';
import { z } from 'zod';
import { fromFailure, failure, SpindleError } from '../../errors.js';
import { explained } from '../../image/import/findings.js';
import { validateFile } from '../../image/import/validate-file.js';
import { ulid } from '../../jobs/identifier.js';
import { sourceError } from '../../os/source-error.js';
import { finding, validationResult } from '../../worker/validation-protocol.js';
import { type Client, connectClient, listAll } from '../client.js';
import type { Context } from '../context.js';
import { EXIT } from '../exit-codes.js';
import { formatBytes } from '../quantities.js';
import { findDrive } from './drives.js';

const DEFAULT_MANIFEST = '/SHA256SUMS';

/** Seconds that one request waits for the end. */
const WAIT = 30;

const blockNumber = (text: string): number => {
  if (!/^\d{1,10}$/.test(text)) throw new InvalidArgumentError('must be the number of a block');
  return Number(text);
};

interface Options {
  readonly session?: number;
  readonly manifest?: string | true;
  readonly lease?: string;
}

const report = validationResult.omit({ start: true }).extend({ startBlock: z.number() }).strip();
type Report = z.infer<typeof report>;

const manifestOf = ({ manifest }: Options): string | undefined =>
  manifest === true ? DEFAULT_MANIFEST : manifest;

const open = (file: string): number => {
  try {
    return openSync(file, 'r');
  } catch (error) {
    throw sourceError(error, file);
  }
};

const ofFile = async (file: string, options: Options): Promise<Report> => {
  const fd = open(file);
  try {
    if (!fstatSync(fd).isFile()) throw new SpindleError('image-invalid', `${file} is no regular file.`);
    const { start, findings, views, ...rest } = await validateFile(fd, {
      start: options.session,
      manifest: manifestOf(options),
    });
    return { ...rest, startBlock: start, views: [...views], findings: findings.map(explained) };
  } finally {
    closeSync(fd);
  }
};

const running = z.looseObject({ id: z.string(), state: z.string(), problem: failure.optional() });

/** What a drive or an image of the daemon holds; Ctrl-C ends the validation, too. */
const ofDaemon = async (client: Client, what: object, options: Options): Promise<Report> => {
  const { session } = options;
  const manifest = manifestOf(options);
  const wanted = {
    ...what,
    ...(session !== undefined && { startBlock: session }),
    ...(manifest !== undefined && { manifest, limitSeconds: 86_400 }),
  };
  let found = await client.call('POST', '/v1/validations', wanted);
  const { id } = running.parse(found);
  const path = `/v1/validations/${id}`;
  const cancel = (): void => {
    client.call('DELETE', path).then(
      () => process.exit(EXIT.canceled),
      () => process.exit(EXIT.canceled),
    );
  };
  process.once('SIGINT', cancel);
  while (running.parse(found).state === 'running') found = await client.call('GET', `${path}?wait=${WAIT}`);
  process.off('SIGINT', cancel);
  const { problem } = running.parse(found);
  if (problem) throw fromFailure(problem);
  const findings = await listAll(client, `${path}/findings`, finding.strip());
  return report.parse({ ...(found as object), findings });
};

/** What looks like a path is one, also where nothing is. */
const isPath = (named: string): boolean => existsSync(named) || /[/]|\.iso$/i.test(named);

/** Ids of images and of drives look alike. */
const isImage = async (client: Client, named: string): Promise<boolean> => {
  if (!ulid.safeParse(named).success) return false;
  const drives = await listAll(client, '/v1/drives', z.looseObject({ id: z.string() }));
  return !drives.some(({ id }) => id === named);
};

const validated = async (context: Context, named: string, options: Options): Promise<Report> => {
  if (isPath(named)) return ofFile(named, options);
  const client = connectClient(context.daemon);
  if (await isImage(client, named)) return ofDaemon(client, { type: 'image', image: named }, options);
  const { id } = await findDrive(client, named);
  const { lease } = options;
  return ofDaemon(client, { type: 'medium', drive: id, ...(lease !== undefined && { lease }) }, options);
};

const lineOf = ({
  code,
  severity,
  title,
  detail,
  block,
  path,
  stream,
}: Report['findings'][number]): string => {
  const named = stream === undefined ? '' : `stream "${stream}"`;
  const where = [block === undefined ? '' : `block ${block}`, path ?? '', named].filter(
    (part) => part !== '',
  );
  return `${severity}: ${code}: ${where.join(', ')}${where.length > 0 ? ': ' : ''}${title}. ${detail}`;
};

const textOf = (named: string, { views, findings, unlisted, manifestFiles, valid }: Report): string =>
  [
    ...views.map(
      ({ view, volumeIdentifier, files, directories, bytes }) =>
        `${view} "${volumeIdentifier}": ${files} files, ${directories} directories, ${formatBytes(bytes)}`,
    ),
    ...findings.map(lineOf),
    ...(unlisted > 0 ? [`and ${unlisted} more`] : []),
    ...(manifestFiles === undefined ? [] : [`manifest: ${manifestFiles} files are what it says`]),
    `${named}: ${valid ? 'valid' : 'not valid'}`,
  ].join('\n');

export const validateCommand = (program: Command, context: () => Context): void => {
  program
    .command('validate')
    .argument('<image>', 'an image file, which needs no daemon; else the id of an image, or a drive')
    .description('say everything that is wrong with the file systems of an image or a disc')
    .option('--session <block>', 'first block of the session', blockNumber)
    .option(
      '--manifest [path]',
      `compare all files with a manifest on the disc (default: ${DEFAULT_MANIFEST})`,
    )
    .option('--lease <id>', 'of the drive, where you have leased it')
    .action(async (named: string, options: Options) => {
      const found = await validated(context(), named, options);
      context().answer(found, () => textOf(named, found));
      if (!found.valid) process.exitCode = EXIT.jobFailed;
    });
};
