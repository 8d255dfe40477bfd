import type { DriveStatus } from '../jobs/records.js';
import type { Announcement, Store } from '../jobs/store/store.js';
import type { Logger } from '../log.js';
import type { DriveState } from './fleet.js';

const statusOf = ({ id, holding, contents, holder, problem }: DriveState): DriveStatus => ({
  drive: id,
  holding,
  contents,
  ...(holder !== undefined && { holder }),
  ...(problem && { problem }),
});

/**
 * Puts what changes at drives into the event log: each state once, each medium once. Progress and other news of
 * the moment are no events.
 */
export const announcements = (store: Store, log: Logger): ((state: DriveState) => void) => {
  const last = new Map<string, { status: string; fingerprint: string | undefined }>();
  return (state) => {
    const data = statusOf(state);
    const medium = state.report?.medium;
    const before = last.get(state.id);
    const now = { status: JSON.stringify(data), fingerprint: medium?.fingerprint };
    last.set(state.id, now);
    const topic = `drives/${state.id}`;
    const events: Announcement[] = [];
    if (before?.status !== now.status) events.push({ topic, kind: 'drive.changed', data });
    if (before?.fingerprint !== now.fingerprint) {
      events.push({ topic, kind: 'medium.changed', data: { drive: state.id, medium: medium ?? null } });
    }
    if (events.length === 0) return;
    store.announce(events).catch((error: unknown) => {
      log.error({ err: error, drive: state.id }, 'an event was lost');
    });
  };
};
