import { type Command, InvalidArgumentError } from 'commander';
import { setTimeout as sleep } from 'node:timers/promises';
import { SpindleError } from '../../errors.js';
import { type Client, connectClient } from '../client.js';
import type { Context } from '../context.js';
import { EXIT } from '../exit-codes.js';
import { isAway } from '../is-away.js';
import { serverView, type ServerView } from '../views.js';

const MINUTE_MS = 60_000;
const POLL_MS = 500;
/** A daemon that is being restarted is back by then; else nobody knows any more what its drives do. */
const AWAY_LIMIT_MS = 60_000;

const minutes = (text: string): number => {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0)) throw new InvalidArgumentError('It takes a number of minutes.');
  return value;
};

const turn = async (client: Client, action: 'drain' | 'resume'): Promise<ServerView> =>
  serverView.parse(await client.call('POST', `/v1/server/actions/${action}`));

/** How the daemon is now; `undefined` while it is being restarted. */
const look = async (client: Client): Promise<ServerView | undefined> => {
  try {
    return serverView.parse(await client.call('GET', '/v1/server'));
  } catch (error) {
    if (isAway(error)) return undefined;
    throw error;
  }
};

/** A daemon that was started meanwhile knows nothing of it; one that goes on was told otherwise by somebody. */
const keepDraining = async (client: Client, before: ServerView, now: ServerView): Promise<ServerView> => {
  if (now.draining) return now;
  if (now.startedAt !== before.startedAt) return turn(client, 'drain');
  throw new SpindleError('canceled', 'Somebody let the daemon begin discs again.');
};

const discs = (count: number): string =>
  count === 1 ? '1 disc is being recorded' : `${count} discs are being recorded`;

/** Resolves when no disc is being recorded any more, or when the time is over. */
const drain = async (client: Client, limitMs: number, note: (text: string) => void): Promise<ServerView> => {
  const began = performance.now();
  let last = await turn(client, 'drain');
  let seen = began;
  let told = 0;
  while (last.underway > 0 && performance.now() - began < limitMs) {
    if (told !== last.underway) note(discs(last.underway));
    told = last.underway;
    await sleep(POLL_MS);
    const now = await look(client);
    if (now) {
      last = await keepDraining(client, last, now);
      seen = performance.now();
    } else if (performance.now() - seen > AWAY_LIMIT_MS)
      throw new SpindleError('daemon-unreachable', 'The daemon has gone while its drives were at work.');
  }
  return last;
};

export const drainCommand = (program: Command, context: () => Context): void => {
  program
    .command('drain')
    .description('begin no more discs and wait for those that are being recorded')
    .option('--limit <minutes>', 'end with code 9 when discs are still being recorded then', minutes)
    .option('--resume', 'begin discs again')
    .action(async ({ limit = Infinity, resume = false }: { limit?: number; resume?: boolean }) => {
      const { daemon, answer, note } = context();
      const client = connectClient(daemon);
      if (resume) {
        answer(await turn(client, 'resume'), () => 'discs are begun again');
        return;
      }
      const { underway, ...rest } = await drain(client, limit * MINUTE_MS, note);
      answer({ underway, ...rest }, () => (underway === 0 ? 'no disc is being recorded' : discs(underway)));
      if (underway > 0) process.exitCode = EXIT.stillRecording;
    });
};
