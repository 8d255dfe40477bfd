import { type Command, InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { tokenRow } from '../../jobs/records.js';
import { connectClient, listAll } from '../client.js';
import type { Context } from '../context.js';
import { textTable } from '../text-table.js';

/** What a dashboard or a client program needs; `admin` is given only when it is asked for. */
const USUAL_SCOPES = ['status', 'jobs:read', 'jobs:write', 'content:read', 'drives:control'];

const expiry = (text: string): string => {
  if (z.iso.datetime({ offset: true }).safeParse(text).success) return text;
  throw new InvalidArgumentError('It takes a time such as 2099-12-31T00:00:00Z.');
};

export const tokenCommands = (program: Command, context: () => Context): void => {
  const token = program.command('token').description('make and revoke the tokens of TCP clients');

  token
    .command('create <name>')
    .description('make a token and print it, this once')
    .option('--scopes <list>', 'comma-separated', USUAL_SCOPES.join(','))
    .option('--expires <time>', 'RFC 3339, e.g. 2099-12-31T00:00:00Z', expiry)
    .action(async (name: string, { scopes, expires }: { scopes: string; expires?: string }) => {
      const { daemon, answer } = context();
      const made = z.looseObject({ secret: z.string() }).parse(
        await connectClient(daemon).call('POST', '/v1/tokens', {
          name,
          scopes: scopes.split(','),
          ...(expires !== undefined && { expiresAt: expires }),
        }),
      );
      answer(made, () => made.secret);
    });

  token
    .command('list')
    .description('list the tokens, without their secrets')
    .action(async () => {
      const { daemon, answer } = context();
      const tokens = await listAll(connectClient(daemon), '/v1/tokens', tokenRow);
      answer(tokens, () =>
        textTable(
          ['TOKEN', 'NAME', 'SCOPES', 'EXPIRES'],
          tokens.map(({ id, name, scopes, expiresAt }) => [id, name, scopes.join(','), expiresAt ?? 'never']),
        ),
      );
    });

  token
    .command('revoke <id>')
    .description('make a token worthless at once')
    .action(async (id: string) => {
      const { daemon, answer } = context();
      await connectClient(daemon).call('DELETE', `/v1/tokens/${encodeURIComponent(id)}`);
      answer({ revoked: id }, () => `${id} revoked`);
    });
};
