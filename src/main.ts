#!/usr/bin/env node
import { pino, destination } from 'pino';
import { readVersion } from './build.js';
import { remedyFor } from './cli/own-words.js';
import { askedToTell, loadConfig, notifySocket, passedSocket, USAGE, watchdogMs } from './config.js';
import { startDaemon } from './daemon.js';
import { isSpindleError } from './errors.js';
import { notifier } from './os/notify.js';
import { sayIssuesPlainly } from './plain-issues.js';

/** What takes longer hangs, e.g. a download; everything that counts is on disk, and the workers go on. */
const STOP_LIMIT_MS = 15_000;

/** As for the command line: what was asked for makes no sense, and starting again would not help. */
const EXIT_USAGE = 2;

/** A second signal while stopping ends at once. */
const onSignals = (stop: () => Promise<void>): void => {
  let stopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(1);
      stopping = true;
      setTimeout(() => process.exit(0), STOP_LIMIT_MS).unref();
      void stop().then(() => process.exit(0));
    });
  }
  process.on('SIGHUP', () => undefined); // a closed terminal is no reason to stop
};

/** A reader of our output that goes away must not take the daemon with it. */
const surviveBrokenPipes = (): void => {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
};

const fail = (error: unknown): never => {
  const text = isSpindleError(error)
    ? [error.message, remedyFor(error.code)].join('\n')
    : String(error instanceof Error ? error.stack : error);
  process.stderr.write(`spindled: ${text}\n`);
  process.exit(isSpindleError(error) && error.code === 'configuration-invalid' ? EXIT_USAGE : 1);
};

const banner = (socket: string, url: string | undefined): string => {
  const dashboard = url === undefined ? '' : `  dashboard    ${url}/\n  API          ${url}/docs\n`;
  return `Spindle serves.\n${dashboard}  Unix socket  ${socket}\n  a token      npx spindle --socket ${socket} token create me\n`;
};

const main = async (): Promise<void> => {
  sayIssuesPlainly();
  const argv = process.argv.slice(2);
  const told = askedToTell(argv);
  if (told) {
    process.stdout.write(told === 'help' ? USAGE : `${readVersion()}\n`);
    return;
  }
  const config = loadConfig(argv);
  surviveBrokenPipes();
  const log = pino({ level: config.logLevel, base: null }, destination({ dest: 2, sync: true }));
  const notify = notifier(notifySocket(), (error) => {
    log.warn({ err: error }, 'the service manager cannot be told how the daemon is');
  });
  const daemon = await startDaemon(config, log, passedSocket());
  onSignals(async () => {
    notify('STOPPING=1');
    await daemon.stop();
  });
  process.stdout.write(banner(daemon.addresses.socket, daemon.addresses.url));
  notify('READY=1');
  const watchdog = watchdogMs();
  if (watchdog !== undefined)
    setInterval(() => {
      notify('WATCHDOG=1');
    }, watchdog / 2);
};

main().catch(fail);
