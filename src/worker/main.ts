/**
 * A worker: holds one drive while it is used, outlives the daemon that started it, ends itself when nobody needs it.
 * Its only argument is a WorkerArgument as JSON. Exit codes are those of sysexits.h where it has one.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { ownBuild } from '../build.js';
import { REAL_TIMING } from '../drive/timing.js';
import { isSpindleError } from '../errors.js';
import { lockFile } from '../os/flock.js';
import { makeDirectory } from '../os/own-directory.js';
import { openAccess } from './open-access.js';
import { type LogFile, openLogFile } from './log-file.js';
import { raisePriority } from './raise-priority.js';
import { startReader } from './reader.js';
import { workerArgument } from './worker-argument.js';
import { prepareSocketDirectory, socketPath, workerLockPath } from './worker-paths.js';
import { type DriveWorker, startDriveWorker } from './worker.js';

const EXIT = { ended: 0, failed: 1, usage: 64, cannotStart: 70, anotherWorker: 75 } as const;

const leave = ({ last, flush }: LogFile, code: number, why: string): never => {
  flush();
  last.info({ code }, why);
  process.exit(code);
};

/** A thread that is stuck in the kernel would hold up every other way out. */
const abandon = ({ last, flush }: LogFile, reason: string): never => {
  flush();
  last.fatal({ reason }, 'worker leaves by SIGKILL');
  process.kill(process.pid, 'SIGKILL');
  throw new Error('still alive after SIGKILL');
};

const parseArgument = (text: string | undefined): ReturnType<typeof workerArgument.parse> => {
  try {
    return workerArgument.parse(JSON.parse(text ?? ''));
  } catch (error) {
    process.stderr.write(`spindle worker: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(EXIT.usage);
  }
};

const takeLock = (file: LogFile, path: string): void => {
  try {
    lockFile(path, 'drive-busy');
  } catch (error) {
    if (isSpindleError(error) && error.code === 'drive-busy') leave(file, EXIT.anotherWorker, error.message);
    throw error;
  }
};

const start = async (file: LogFile): Promise<DriveWorker> => {
  const { drive, location, runtimeDir, stateDir, circumstances, tuning } = argument;
  const socket = socketPath(runtimeDir, drive);
  prepareSocketDirectory(runtimeDir);
  for (const folder of ['journal', 'transcripts', 'workers']) {
    makeDirectory(join(stateDir, folder), 0o700);
  }
  takeLock(file, workerLockPath(stateDir, drive));
  rmSync(socket, { force: true }); // of a worker that was killed; it is ours, since the lock is
  return startDriveWorker({
    drive,
    build,
    circumstances,
    location,
    socket,
    stateDir,
    tuning,
    access: openAccess(location, REAL_TIMING, file.log),
    reader: await startReader(),
    timing: REAL_TIMING,
    log: file.log,
    abandon: (reason) => abandon(file, reason),
    onEnd: () => leave(file, EXIT.ended, 'worker ends'),
  });
};

const argument = parseArgument(process.argv[2]);
const file = await openLogFile(argument.logFile, argument.tuning.logLevel);
/** By its own files, which may be of another version than the daemon that starts it: they were exchanged meanwhile. */
const build = ownBuild().name;
if (build !== argument.build)
  file.log.warn({ build, daemon: argument.build }, 'the daemon is of another build');
if (!raisePriority()) file.log.debug('no right to a higher priority');
let worker: DriveWorker | undefined;

const collapse = (error: unknown): void => {
  file.last.fatal({ err: error }, 'unforeseen error');
  void (worker?.collapse() ?? Promise.resolve()).finally(() => abandon(file, 'unforeseen error'));
};
process.once('uncaughtException', collapse);
process.once('unhandledRejection', collapse);
process.on('SIGHUP', () => undefined);
process.on('SIGTERM', () => {
  if (worker) worker.finish();
  else leave(file, EXIT.ended, 'worker ends before it was ready');
});

try {
  worker = await start(file);
} catch (error) {
  file.last.fatal({ err: error }, 'worker cannot start');
  leave(file, isSpindleError(error) ? EXIT.cannotStart : EXIT.failed, 'worker cannot start');
}
file.log.info({ drive: argument.drive, build }, 'worker is ready');
