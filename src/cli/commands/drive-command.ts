import { type Command, InvalidArgumentError, Option } from 'commander';
import { readFileSync } from 'node:fs';
import { toHex } from '../../binary/hex.js';
import { sourceError } from '../../os/source-error.js';
import { rawAnswer, type RawAnswer } from '../../drive/raw-command.js';
import { connectClient } from '../client.js';
import type { Context } from '../context.js';
import { EXIT } from '../exit-codes.js';
import { hexDump } from '../raw-text.js';
import { withLease } from '../with-lease.js';
import { findDrive } from './drives.js';

/** Long enough for the command and for what is seen after it; the lease is given back before. */
const leaseSeconds = (timeoutSeconds: number): number => Math.min(3600, Math.max(60, 2 * timeoutSeconds));

interface Options {
  readonly read?: number;
  readonly write?: string;
  readonly timeout: number;
  readonly class: string;
  readonly lease?: string;
}

const numberOfBytes = (text: string): number => {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('must be a number of bytes');
  return Number(text);
};

const numberOfSeconds = (text: string): number => {
  const seconds = Number(text);
  if (text.trim() === '' || !(seconds >= 0.1 && seconds <= 600))
    throw new InvalidArgumentError('must be a number of seconds, 0.1 to 600');
  return seconds;
};

const bytesOf = (file: string): Buffer => {
  try {
    return readFileSync(file === '-' ? 0 : file);
  } catch (error) {
    throw sourceError(error, file);
  }
};

const requestOf = (cdb: string, { read, write, timeout, class: named }: Options): object => ({
  cdb,
  timeoutMs: Math.round(timeout * 1000),
  class: named,
  ...(read !== undefined && { direction: 'from-drive', length: read }),
  ...(write !== undefined && {
    direction: 'to-drive',
    data: bytesOf(write).toString('base64'),
  }),
});

const describe = ({ command, status, sense, data, moved, durationMs }: RawAnswer): string =>
  [
    `${command}: ${status}, ${moved} bytes, ${durationMs} ms`,
    ...(sense ? [`sense ${sense.code}, ${sense.text}`] : []),
    ...(data === '' ? [] : [hexDump(toHex(Buffer.from(data, 'base64')))]),
  ].join('\n');

/** A command that a person has typed. */
export const addDriveCommand = (drive: Command, context: () => Context): void => {
  drive
    .command('command <drive> <cdb>')
    .description('send a command as it is; the daemon must allow it (rawCommands)')
    .option('--read <bytes>', 'so many bytes come from the drive', numberOfBytes)
    .addOption(
      new Option('--write <file>', 'the bytes of this file go to the drive; - is standard input').conflicts(
        'read',
      ),
    )
    .option('--timeout <seconds>', 'after which the drive is given up', numberOfSeconds, 30)
    .option('--class <class>', 'what the command may do at most: read, write or vendor', 'read')
    .option('--lease <id>', 'of the drive; default: one that is taken for the command')
    .action(async (name: string, cdb: string, options: Options) => {
      const { daemon, answer } = context();
      const client = connectClient(daemon);
      const path = `/v1/drives/${(await findDrive(client, name)).id}`;
      const seconds = leaseSeconds(options.timeout);
      const request = requestOf(cdb, options);
      const answered = rawAnswer.parse(
        await withLease(client, path, { lease: options.lease, seconds }, (lease) =>
          client.call('POST', `${path}/commands`, { ...request, lease }),
        ),
      );
      answer(answered, () => describe(answered));
      if (answered.status !== 'good') process.exitCode = EXIT.refused;
    });
};
