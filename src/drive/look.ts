import { getEventStatusNotification } from '../scsi/commands/get-event-status-notification.js';
import { testUnitReady } from '../scsi/commands/test-unit-ready.js';
import { ATTENTION, SENSE_KEYS, type Sense } from '../scsi/sense.js';
import { type MediaEvent, decodeEventStatus } from '../scsi/structures/event-status.js';
import { fromDrive, withoutData } from './command.js';
import type { DriveContents } from './drive.js';
import { type DriveSession, isAboutMedium, type Outcome } from './drive-session.js';
import { ifAnswered } from './if-known.js';
import type { Patience } from './repetition.js';

export interface Look {
  readonly contents: DriveContents;
  /** What was read of drive and medium may hold no more: another one lies there, or the drive was reset. Undefined where it tells no such thing. */
  readonly changed: boolean | undefined;
}

/** The drive told that its medium is another one, or may be: once, and to whoever asks first. Undefined where it tells no such thing. */
export type Exchanged = boolean | undefined;

const LOOK_TIMEOUT_MS = 10_000;
const MEDIA_CLASS = 4;
const EVENT_BYTES = 8;
/** MMC-5 table "Media Status Event": new medium, removal, changed. */
const CHANGES: readonly number[] = [2, 3, 4];

const askMediaEvent = (session: DriveSession, patience: Patience): Promise<MediaEvent | undefined> =>
  ifAnswered(async () => {
    const { event } = decodeEventStatus(
      await session.run(
        fromDrive(
          getEventStatusNotification,
          { polled: true, notificationClassRequest: 1 << MEDIA_CLASS, allocationLength: EVENT_BYTES },
          EVENT_BYTES,
          LOOK_TIMEOUT_MS,
        ),
        patience,
      ),
    );
    return event?.notificationClass === MEDIA_CLASS ? event : undefined;
  });

/** 2/3A/01 tray closed, 2/3A/02 tray open, 2/3A/00 one of both. */
const emptyOrOpen = ({ ascq }: Sense, event: MediaEvent | undefined): DriveContents => {
  if (ascq === 0x01) return 'empty';
  return ascq === 0x02 || event?.doorOrTrayOpen === true ? 'open' : 'empty';
};

/** What else NOT READY says, by the additional sense code. */
const NOT_READY: Readonly<Record<number, (sense: Sense, event: MediaEvent | undefined) => DriveContents>> = {
  0x04: () => 'loading',
  0x3a: emptyOrOpen,
};

/** What a drive has by its answer to TEST UNIT READY; throws what is neither. */
const contentsOf = (outcome: Outcome, event: MediaEvent | undefined): DriveContents => {
  if (outcome.ok) return 'ready';
  const { sense, error } = outcome;
  if (isAboutMedium(outcome)) return 'ready';
  const contents = sense?.key === SENSE_KEYS.notReady ? NOT_READY[sense.asc] : undefined;
  if (!sense || !contents) throw error;
  return contents(sense, event);
};

/**
 * Two short commands that neither spin up nor disturb anything: for drives that nobody uses at the moment. What the drive tells of its
 * medium is handed to `onExchanged` at once, since it is told only once and the second command may fail. Drives without events tell of a
 * new medium, or a reset behind which there may be one, instead of doing either command; one that has events is taken
 * to tell of a medium that was put in by them, also while it was reset (`unverified`).
 */
export const look = async (
  session: DriveSession,
  onExchanged: (exchanged: Exchanged) => void = () => undefined,
): Promise<Look> => {
  let changed: boolean | undefined;
  let tellsEvents = false;
  const onUpheaval = ({ asc }: Sense): void => {
    changed = true;
    if (asc === ATTENTION.newMedium || !tellsEvents) onExchanged(true);
  };
  const event = await askMediaEvent(session, { onUpheaval });
  tellsEvents = event !== undefined;
  const exchanged = event && CHANGES.includes(event.eventCode);
  onExchanged(exchanged);
  changed ??= exchanged;
  const ready = withoutData(testUnitReady, {}, LOOK_TIMEOUT_MS);
  const outcome = await session.attempt(ready, { busyMs: 0, onUpheaval });
  // Of the medium before, perhaps.
  if (changed) session.habits?.clear();
  return { contents: contentsOf(outcome, event), changed };
};
