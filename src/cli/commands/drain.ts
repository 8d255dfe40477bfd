import { type Command, InvalidArgumentError } from 'commander';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SpindleError } from '../../errors.js';
import { lockHolder } from '../../os/flock.js';
import { systemErrorCode } from '../../os/system-error.js';
import { livingWorkers } from '../../worker/living-workers.js';
import { type Client, connectClient } from '../client.js';
import type { Context } from '../context.js';
import { EXIT } from '../exit-codes.js';
import { isAway } from '../is-away.js';
import { serverView, type ServerView } from '../views.js';

const MINUTE_MS = 60_000;
const POLL_MS = 500;
/** A daemon that is being restarted is back by then. */
const AWAY_LIMIT_MS = 60_000;

const minutes = (text: string): number => {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0)) throw new InvalidArgumentError('It takes a number of minutes.');
  return value;
};

const turn = async (client: Client, action: 'drain' | 'resume'): Promise<ServerView> =>
  serverView.parse(await client.call('POST', `/v1/server/actions/${action}`));

/** A daemon that was started meanwhile knows nothing of it; one that goes on was told otherwise by somebody. */
const keepDraining = async (client: Client, before: ServerView, now: ServerView): Promise<ServerView> => {
  if (now.draining) return now;
  if (now.startedAt !== before.startedAt) return turn(client, 'drain');
  throw new SpindleError('canceled', 'Somebody let the daemon begin discs again.');
};

const discs = (count: number): string =>
  count === 1 ? '1 disc is being recorded' : `${count} discs are being recorded`;

/** What is underway, by the daemon or, where none answers, by the workers that it has left: each may record, or ends soon. */
interface Underway {
  readonly count: number;
  readonly text: string;
  readonly value: object;
  /** The daemon that said so. */
  readonly server?: ServerView;
}

const byDaemon = (server: ServerView): Underway => {
  const { underway: count } = server;
  return { count, text: count === 0 ? 'no disc is being recorded' : discs(count), value: server, server };
};

/** The process that keeps this state, though it does not answer. */
const daemonOf = (state: string): string | undefined => {
  try {
    return lockHolder(join(state, 'daemon.lock'));
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
    throw new SpindleError('invalid-request', `--state ${state}: no daemon has kept its state there.`);
  }
};

/** @param awayMs for how long no daemon has answered */
const byLocks = (state: string, awayMs: number): Underway => {
  const daemon = daemonOf(state);
  const workers = livingWorkers(state);
  const who = daemon === undefined ? 'no daemon answers' : `the daemon, ${daemon}, does not answer`;
  // It is being started, or ends; as long as it has workers, discs may be recorded all the same.
  if (daemon !== undefined && workers.length === 0 && awayMs > AWAY_LIMIT_MS)
    throw new SpindleError('daemon-unreachable', `${who}, and keeps ${state}.`);
  const text =
    workers.length === 0
      ? `${who}, and none of its workers is left`
      : `${who}; its workers are left, which may be recording: ${workers.join(', ')}`;
  const count = daemon === undefined ? workers.length : Math.max(workers.length, 1);
  return {
    count,
    text,
    value: { underway: workers.length, workers, ...(daemon !== undefined && { daemon }) },
  };
};

/** Has the daemon begin no more discs; what keeps it from answering, where it does not. */
const ask = async (client: Client, before: ServerView | undefined): Promise<Underway | { away: unknown }> => {
  try {
    if (!before) return byDaemon(await turn(client, 'drain'));
    const now = serverView.parse(await client.call('GET', '/v1/server'));
    return byDaemon(await keepDraining(client, before, now));
  } catch (error) {
    if (isAway(error)) return { away: error };
    throw error;
  }
};

interface Waiting {
  readonly limitMs: number;
  /** The state directory of the daemon. */
  readonly state: string | undefined;
  readonly note: (text: string) => void;
}

/** Resolves when no disc is being recorded any more, or when the time is over. */
const drain = async (client: Client, { limitMs, state, note }: Waiting): Promise<Underway> => {
  const began = performance.now();
  let last: Underway | undefined;
  let answered = -Infinity;
  let told: string | undefined;

  const look = async (): Promise<Underway> => {
    const found = await ask(client, last?.server);
    if (!('away' in found)) {
      answered = performance.now();
      return found;
    }
    if (last?.server && performance.now() - answered <= AWAY_LIMIT_MS) return last;
    if (state !== undefined) return byLocks(state, performance.now() - Math.max(answered, began));
    throw last
      ? new SpindleError('daemon-unreachable', 'The daemon has gone while its drives were at work.')
      : found.away;
  };

  for (;;) {
    last = await look();
    if (last.count === 0 || performance.now() - began >= limitMs) return last;
    if (told !== last.text) note(last.text);
    told = last.text;
    await sleep(POLL_MS);
  }
};

interface Options {
  readonly limit?: number;
  readonly state?: string;
  readonly resume?: boolean;
}

export const drainCommand = (program: Command, context: () => Context): void => {
  program
    .command('drain')
    .description('begin no more discs and wait for those that are being recorded')
    .option('--limit <minutes>', 'end with code 9 when discs are still being recorded then', minutes)
    .option('--state <directory>', 'of the daemon: where none answers, wait for the workers that it has left')
    .option('--resume', 'begin discs again')
    .action(async ({ limit = Infinity, state, resume = false }: Options) => {
      const { daemon, answer, note } = context();
      const client = connectClient(daemon);
      if (resume) {
        answer(await turn(client, 'resume'), () => 'discs are begun again');
        return;
      }
      const { count, text, value } = await drain(client, { limitMs: limit * MINUTE_MS, state, note });
      answer(value, () => text);
      if (count > 0) process.exitCode = EXIT.stillRecording;
    });
};
