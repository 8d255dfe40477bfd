import { requestSense } from '../../scsi/commands/request-sense.js';
import { INVALID_FIELD_IN_CDB, refusal, senseBytes } from '../refusal.js';
import type { Handler } from './request.js';

export const testUnitReady: Handler = (drive) => {
  if (drive.lies('ready-while-busy') && drive.operations.sense() !== undefined) return undefined;
  drive.requireReady();
  return undefined;
};

/**
 * REQUEST SENSE: what waits to be told, or the progress of a long operation. Sense of a refused command went with its
 * answer, so there is no other.
 */
export const answerSense: Handler = (drive, { cdb }) => {
  if (requestSense.decode(cdb).descriptorFormat) throw refusal(INVALID_FIELD_IN_CDB);
  return senseBytes(drive.news.takeWaiting() ?? drive.operations.sense() ?? { sense: '0/00/00' });
};
