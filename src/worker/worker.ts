import type { Timing } from '../drive/timing.js';
import { SpindleError } from '../errors.js';
import type { Logger } from '../log.js';
import { type Attempt, type Say, createAttemptDesk } from './attempt-desk.js';
import { refOf } from './attempt-state.js';
import { beginAttempt } from './attempt.js';
import type { DriveAccess } from './drive-access.js';
import { createDriveDesk } from './drive-desk.js';
import { createObserver } from './observer.js';
import type { Assignment, DriveLocation, WorkerFrame, WorkerStatus } from './protocol.js';
import type { Reader } from './reader.js';
import { type RequestContext, answerDaemon } from './requests.js';
import { type WorkerServer, serveDaemons } from './server.js';
import type { Tuning } from './tuning.js';

export interface WorkerOptions {
  readonly drive: string;
  readonly build: string;
  readonly circumstances: string;
  readonly location: DriveLocation;
  readonly socket: string;
  readonly stateDir: string;
  readonly access: DriveAccess;
  readonly reader: Reader;
  readonly timing: Timing;
  readonly tuning: Tuning;
  readonly log: Logger;
  abandon(reason: string): void;
  /** The worker has let go of everything and is to end. */
  onEnd(): void;
}

/** What the process tells its worker. */
export interface DriveWorker {
  /** Ends now when nothing is going on, else as soon as that is over. */
  finish(): void;
  /** After an error that nobody foresaw: says of the attempt at hand that it is bad. */
  collapse(): Promise<void>;
}

/** Puts the parts together and serves daemons until there is no reason to stay. */
export const startDriveWorker = async (options: WorkerOptions): Promise<DriveWorker> => {
  const { drive, build, access, timing, tuning, stateDir, log } = options;
  let finishing = false;
  let ending = false;
  let idle: NodeJS.Timeout | undefined;

  const publish = (frame: WorkerFrame): void => {
    server.publish(frame);
  };
  const busy = (): boolean => attempts.running() || desk.taken();

  const end = async (): Promise<void> => {
    if (ending) return;
    ending = true;
    observer.stop();
    await server.close();
    await access.close();
    options.onEnd();
  };

  /** Whether to stay: asked whenever a reason to stay comes or goes. */
  const reconsider = (): void => {
    clearTimeout(idle);
    if (busy()) return;
    if (finishing) void end();
    else if (!server.attached()) idle = setTimeout(() => void end(), tuning.idleExitMs);
  };

  let hung = false;
  /** A process with a stuck thread is of no use any more; an attempt says first how it ended. */
  const leaveHungDrive = (): void => {
    if (hung && !attempts.running()) options.abandon('the drive hangs');
  };
  const desk = createDriveDesk({
    access,
    timing,
    hangMarginMs: tuning.hangMarginMs,
    commandLimitMs: tuning.commandLimitMs,
    onChange: () => {
      if (!desk.lease()) observer.settle();
      reconsider();
    },
    onHung: () => {
      hung = true;
      leaveHungDrive();
    },
  });
  const observer = createObserver({
    desk,
    deviceName: access.deviceName,
    intervalMs: tuning.lookIntervalMs,
    quirks: tuning.quirks,
    log,
    onChange: (observation) => {
      publish({ op: 'observation', observation });
    },
  });

  const begin = (assignment: Assignment, say: Say): Attempt => {
    const attempt = refOf(assignment);
    clearTimeout(idle);
    return beginAttempt(assignment, say, {
      ...options,
      desk,
      log: log.child(attempt),
      onProgress: (progress) => {
        publish({ op: 'progress', attempt, progress });
      },
    });
  };

  const attempts = createAttemptDesk({
    stateDir,
    begin,
    claim: () => {
      if (ending) throw new SpindleError('worker-lost', 'The worker is ending');
      desk.claim();
    },
    unclaim: desk.unclaim,
    onEntry: (entry) => {
      publish({ op: 'journal', entry });
    },
    onOver: () => {
      leaveHungDrive();
      observer.outdate();
      void observer.look();
      reconsider();
    },
  });

  const status = (): WorkerStatus => {
    const attempt = attempts.state();
    const lease = desk.lease();
    const observation = observer.latest();
    return {
      drive,
      pid: process.pid,
      build,
      circumstances: options.circumstances,
      location: options.location,
      ...(attempt && { attempt }),
      ...(lease && { lease }),
      ...(observation && { observation }),
    };
  };

  const quit = (): boolean => {
    if (busy()) return false;
    // After the answer has been sent.
    setImmediate(() => void end());
    return true;
  };

  const context: RequestContext = { access, desk, observer, attempts, status, quit };
  const server: WorkerServer = await serveDaemons({
    path: options.socket,
    build,
    log,
    status,
    answer: (request) => answerDaemon(context, request),
    onAttached: reconsider,
  });
  observer.start();
  reconsider();
  return {
    finish: () => {
      finishing = true;
      reconsider();
    },
    collapse: attempts.collapse,
  };
};
