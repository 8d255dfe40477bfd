import { getEventStatusNotification } from '../../scsi/commands/get-event-status-notification.js';
import { preventAllowMediumRemoval } from '../../scsi/commands/prevent-allow-medium-removal.js';
import { startStopUnit } from '../../scsi/commands/start-stop-unit.js';
import { encodeEventStatus } from '../../scsi/structures/event-status.js';
import { mechanismStatusHeader } from '../../scsi/structures/mechanism-status-header.js';
import { finishRecording } from '../finish-recording.js';
import { INVALID_FIELD_IN_CDB, refusal } from '../refusal.js';
import type { VirtualDrive } from '../virtual-drive.js';
import type { Handler } from './request.js';

const MEDIA_CLASS = 4;
const SUPPORTED_CLASSES = 1 << MEDIA_CLASS;

/** GET EVENT STATUS NOTIFICATION: media events, one a time; reading one clears it. */
export const getEvent: Handler = (drive, { cdb }) => {
  if (drive.lies('no-events')) throw refusal('5/20/00');
  const { polled, notificationClassRequest } = getEventStatusNotification.decode(cdb);
  if (!polled) throw refusal(INVALID_FIELD_IN_CDB);
  if ((notificationClassRequest & SUPPORTED_CLASSES) === 0)
    return encodeEventStatus({ supportedEventClasses: SUPPORTED_CLASSES });
  return encodeEventStatus({
    supportedEventClasses: SUPPORTED_CLASSES,
    event: {
      notificationClass: MEDIA_CLASS,
      eventCode: drive.news.takeEvent() ?? 0,
      mediaPresent: drive.medium !== undefined && !drive.trayOpen,
      doorOrTrayOpen: drive.trayOpen,
      startSlot: 0,
      endSlot: 0,
    },
  });
};

export const preventRemoval: Handler = (drive, { cdb }) => {
  drive.locked = preventAllowMediumRemoval.decode(cdb).prevent;
  return undefined;
};

/** The medium stays on the tray: what comes back with the next load is the same one. */
const eject = async (drive: VirtualDrive): Promise<void> => {
  if (drive.locked) throw refusal('5/53/02');
  drive.requireIdle();
  finishRecording(drive);
  await drive.openTray();
};

const stop = async (drive: VirtualDrive): Promise<void> => {
  drive.requireIdle();
  finishRecording(drive);
  await drive.rest();
};

/** START STOP UNIT. A power condition only lets the drive rest. */
export const startStop: Handler = async (drive, { cdb }) => {
  const { powerCondition, loadEject, start } = startStopUnit.decode(cdb);
  if (powerCondition !== 0) return undefined;
  if (loadEject && !start) await eject(drive);
  else if (loadEject) drive.closeTray();
  else if (start) drive.requireReady();
  else await stop(drive);
  return undefined;
};

export const mechanismStatus: Handler = (drive) =>
  mechanismStatusHeader.encode({
    changerState: 0,
    currentSlot: 0,
    mechanismState: 0,
    doorOpen: drive.trayOpen,
    currentLba: 0,
    numberOfSlots: 0,
    lengthOfSlotTables: 0,
  });
