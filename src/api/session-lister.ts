import { type ListedSession, recordedSessions, type RecordedSession } from '../drive/recorded-sessions.js';
import type { Medium } from '../drive/medium.js';
import { SpindleError } from '../errors.js';
import type { CappedRun } from '../fleet/capped-process.js';
import type { Fleet } from '../fleet/fleet.js';
import { runListing } from '../fleet/import-run.js';
import type { ListedVolumes } from '../image/import/listed-volumes.js';
import type { ListResult } from '../worker/import-protocol.js';

/** A medium as it was seen in a drive, and who asks where that is leased. */
export interface ListedMedium {
  readonly drive: string;
  readonly medium: Medium;
  readonly lease: string | undefined;
}

export interface SessionLister {
  /**
   * What each session of the medium holds.
   * @throws SpindleError what keeps the drive from being read, `medium-changed`, `rate-limited`
   */
  list(listed: ListedMedium): Promise<ListedSession[]>;
  stop(): void;
}

/** Each process may take a gigabyte. */
const MOST_RUNNING = 2;

const NOTHING: ListedVolumes = { volumes: [] };
const UNKNOWN: ListedVolumes = { volumes: [], problem: 'What is on the medium could not be read.' };

const shown = (
  { number, closed, start, blocks }: RecordedSession,
  volumes: ListedVolumes,
): ListedSession => ({ number, closed, start, blocks, ...volumes });

/** Lists what sessions hold, by processes of their own that read through the drive's worker. */
export const createSessionLister = (fleet: Pick<Fleet, 'readBlocks'>): SessionLister => {
  const running = new Set<CappedRun<ListResult>>();

  const read = async (
    { drive, medium: { overwritable, readable }, lease }: ListedMedium,
    recording: string,
    sessions: readonly RecordedSession[],
  ): Promise<readonly ListedVolumes[]> => {
    if (running.size >= MOST_RUNNING)
      throw new SpindleError(
        'rate-limited',
        `The sessions of ${MOST_RUNNING} discs are being listed already.`,
      );
    const places = sessions.map(({ start, blocks, volumeStart = start }) => ({
      start: volumeStart,
      end: overwritable ? readable : Math.min(readable, start + blocks),
    }));
    const run = runListing({ do: 'list', sessions: places }, (question) =>
      fleet.readBlocks({ ...question, drive, recording, lease }),
    );
    running.add(run);
    try {
      return (await run.result).sessions;
    } finally {
      running.delete(run);
    }
  };

  return {
    list: async (listed) => {
      const { recording } = listed.medium;
      const sessions = recordedSessions(listed.medium);
      const withData = sessions.filter(({ volumeStart }) => volumeStart !== undefined);
      if (withData.length === 0) return sessions.map((session) => shown(session, NOTHING));
      if (recording === undefined) return sessions.map((session) => shown(session, UNKNOWN));
      const volumes = await read(listed, recording, withData);
      return sessions.map((session) => shown(session, volumes[withData.indexOf(session)] ?? NOTHING));
    },
    stop: () => {
      for (const run of running) run.stop();
    },
  };
};
