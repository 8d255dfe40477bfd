import type { DriveReport } from '../drive/drive.js';
import type { DriveSession } from '../drive/drive-session.js';
import { type Look, look } from '../drive/look.js';
import type { QuirkRow } from '../drive/quirk.js';
import { readReport } from '../drive/report.js';
import { waitUntilReady } from '../drive/wait-until-ready.js';
import { type ErrorCode, SpindleError, isSpindleError, toFailure } from '../errors.js';
import type { Logger } from '../log.js';
import { watchUevents } from '../os/uevents.js';
import type { MediumTrace } from '../scsi/command-class.js';
import type { DriveDesk } from './drive-desk.js';
import type { Observation } from './protocol.js';

/** Keeps an eye on an idle drive. */
export interface Observer {
  latest(): Observation | undefined;
  /**
   * Looks now, cheaply; reads everything where the medium is new and nobody else has the drive. While a client records by commands of its
   * own, it answers what was seen last.
   */
  look(): Promise<Observation>;
  /**
   * Reads everything, once a medium that is being read in has settled. `lease` names the lease of who asks. Fails with `drive-leased` while a
   * client records by commands of its own.
   */
  report(lease?: string): Promise<DriveReport>;
  /** Looks, so that what is seen of the medium is so at this moment, and asks. Fails as `report` does, and with `drive-busy`. */
  ask<T>(work: (session: DriveSession, report: DriveReport) => Promise<T>, lease?: string): Promise<T>;
  /** The medium was worked on: what was read of it before is not said any more, and read again at the next look. */
  outdate(): void;
  /** A command of a lease has or may have left something: it is read at the next look, which is when the client is done where a recording goes on. */
  altered(trace: MediumTrace, lease: string): void;
  /** The client is done. */
  settle(): void;
  /** Begins to look by itself: on the kernel's events and after each interval. */
  start(): void;
  stop(): void;
}

export interface ObserverOptions {
  readonly desk: DriveDesk;
  readonly deviceName: string | undefined;
  readonly intervalMs: number;
  readonly quirks: readonly QuirkRow[];
  readonly log: Logger;
  /** Called when what is seen differs from what was seen before. */
  onChange(observation: Observation): void;
}

const PRESENCE: Partial<Record<ErrorCode, Observation['presence']>> = {
  'drive-absent': 'absent',
  'drive-unknown': 'absent',
  'drive-lost': 'absent',
  'drive-foreign-busy': 'foreign-busy',
};

/** It is at work, of its own or of somebody before: what can be told of it comes later. */
const BUSY: ReadonlySet<ErrorCode> = new Set(['drive-busy', 'drive-becoming-ready']);

/** What a failed look says about the drive. */
const observeFailure = (error: unknown, exchanged: boolean): Observation => {
  const problem = toFailure(error);
  if (BUSY.has(problem.code))
    return { presence: 'present', contents: 'loading', ...(exchanged && { exchanged }) };
  const presence = PRESENCE[problem.code] ?? 'faulted';
  return presence === 'foreign-busy' ? { presence, foreign: problem.detail } : { presence, problem };
};

const observeReport = (report: DriveReport, exchanged: boolean): Observation => ({
  presence: 'present',
  contents: report.contents,
  ...(exchanged && { exchanged }),
  report: { ...report },
});

/** Drives take up to a minute to make out a medium; without one there is nothing to wait for. */
const SETTLE_LIMIT_MS = 60_000;

/** The report says what is the matter. */
const despiteFailure = async (work: Promise<unknown>): Promise<void> => {
  try {
    await work;
  } catch (error) {
    if (!isSpindleError(error)) throw error;
  }
};

/** After these the drive may have forgotten what it had to tell, or told it to somebody else. */
const MAY_HIDE_A_CHANGE: ReadonlySet<ErrorCode> = new Set(['medium-changed', 'drive-lost', 'drive-absent']);

export const createObserver = (options: ObserverOptions): Observer => {
  const { desk, deviceName, intervalMs, quirks, log } = options;
  let latest: Observation | undefined;
  let lastReport: DriveReport | undefined;
  let exchanged = false;
  /** A drive tells of a change once, and the kernel may have asked it before us. */
  let kernelSaw = false;
  /** A client records by commands of its own: looks of ours would get between them. */
  let recordedByHand = false;
  let timer: NodeJS.Timeout | undefined;
  let watch: { close(): void } | undefined;

  const tell = (observation: Observation): Observation => {
    const differs = JSON.stringify(observation) !== JSON.stringify(latest);
    latest = observation;
    if (differs) options.onChange(observation);
    return observation;
  };

  const tellReport = (found: DriveReport): DriveReport => {
    lastReport = found;
    tell(observeReport(found, exchanged));
    return found;
  };

  /** A change is told once, so that whoever looks has to remember it for all. A drive that tells of none may have had one. */
  const lookAt = async (session: DriveSession): Promise<Look> => {
    try {
      return await look(session, (told) => {
        exchanged ||= told !== false;
      });
    } catch (error) {
      exchanged ||= isSpindleError(error) && MAY_HIDE_A_CHANGE.has(error.code);
      throw error;
    }
  };

  /** A report stays true for as long as the same medium lies there. */
  const isNews = ({ contents, changed }: Look): boolean =>
    changed === true ||
    kernelSaw ||
    latest?.presence !== 'present' ||
    latest.contents !== contents ||
    latest.report === undefined;

  const readNow = (session: DriveSession): Promise<DriveReport> => {
    kernelSaw = false;
    return readReport(session, quirks, lookAt);
  };

  const readWhenReady = async (session: DriveSession): Promise<DriveReport> => {
    await despiteFailure(waitUntilReady(session, { busyMs: SETTLE_LIMIT_MS }));
    await despiteFailure(lookAt(session));
    return readNow(session);
  };

  const refuseRecordedByHand = (): void => {
    if (recordedByHand)
      throw new SpindleError(
        'drive-leased',
        'Commands of the client that has leased it record; the medium is read when they are done',
      );
  };

  const report = async (lease: string | undefined): Promise<DriveReport> => {
    refuseRecordedByHand();
    const found = await desk.ask(lease, (session) => {
      refuseRecordedByHand(); // a command may have come before its turn
      return readWhenReady(session);
    });
    return tellReport(found);
  };

  /** Only questions, all on one descriptor that keeps nobody away: a disc that was put in is about to be mounted. */
  const lookAndRead = async (session: DriveSession): Promise<DriveReport> => {
    if (!isNews(await lookAt(session)) && lastReport) return lastReport;
    return tellReport(await readNow(session));
  };

  const ask: Observer['ask'] = (work, lease) =>
    desk.ask(lease, async (session) => {
      refuseRecordedByHand();
      return work(session, await lookAndRead(session));
    });

  const lookOnce = async (): Promise<Observation> => {
    try {
      if (!recordedByHand)
        await desk.look((session) => (recordedByHand ? Promise.resolve(undefined) : lookAndRead(session)));
    } catch (error) {
      if (!isSpindleError(error)) log.error({ err: error }, 'look failed');
      tell(observeFailure(error, exchanged));
    }
    return latest ?? { presence: 'present' };
  };

  const follow = (): void => {
    try {
      watch = watchUevents((event) => {
        if (event.deviceName !== deviceName) return;
        if (event.properties.get('DISK_MEDIA_CHANGE') === '1') {
          kernelSaw = true;
          exchanged = true;
        }
        lookSoon();
      }, lookSoon);
    } catch (error) {
      log.debug({ err: error }, 'no events of the kernel; the drive is looked at every few seconds');
    }
  };

  const again = (): void => {
    timer = setTimeout(() => {
      void lookOnce().finally(() => {
        if (timer) again();
      });
    }, intervalMs);
  };

  function lookSoon(): void {
    void lookOnce();
  }

  const outdate = (): void => {
    lastReport = undefined;
    latest = latest && { ...latest, report: undefined };
  };

  return {
    latest: () => latest,
    look: lookOnce,
    report,
    ask,
    outdate,
    altered: (trace, lease) => {
      outdate();
      // Whoever sends commands of his own is told what the drive tells once.
      exchanged = true;
      // The last command of a lease may end after it: then nobody is there who would be done later.
      recordedByHand = trace === 'recording' && desk.lease()?.id === lease;
    },
    settle: () => {
      if (!recordedByHand) return;
      recordedByHand = false;
      lookSoon();
    },
    start: () => {
      if (deviceName !== undefined) follow();
      again();
    },
    stop: () => {
      clearTimeout(timer);
      timer = undefined;
      watch?.close();
    },
  };
};
