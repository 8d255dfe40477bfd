import { type ErrorCode, type ScsiDetail, SpindleError, isSpindleError } from '../errors.js';
import { addressedBlocks } from '../scsi/command-effects.js';
import { senseMeaning } from '../scsi/sense-meaning.js';
import { type Sense, formatSense } from '../scsi/sense.js';
import { type Answer, type Command, HOST_STATUS } from '../transport/transport.js';
import { toHex } from '../binary/hex.js';

/** Where a command was to read or to write. */
const addressOf = ({ cdb }: Command): number | undefined => addressedBlocks(cdb)?.first;

/** A deferred error is about an earlier command, so that the address of this one would mislead. */
const failedAddress = (command: Command, sense: Sense): number | undefined =>
  sense.information ?? (sense.deferred ? undefined : addressOf(command));

/** The failure of a command that ended with CHECK CONDITION. */
export const senseFailure = (command: Command, sense: Sense): SpindleError => {
  const { code, title } = senseMeaning(sense);
  const lba = failedAddress(command, sense);
  const scsi: ScsiDetail = {
    command: command.name,
    cdb: toHex(command.cdb),
    sense: formatSense(sense),
    text: title,
    ...(lba !== undefined && { lba }),
    ...(sense.deferred && { deferred: true }),
  };
  const where = lba === undefined ? '' : ` at block ${lba}`;
  const what = sense.deferred ? `${command.name} was told of an earlier failure` : command.name;
  return new SpindleError(code, `${what}${where}: ${formatSense(sense)}, ${title.toLowerCase()}.`, { scsi });
};

/** Whether a failure is about an earlier command than the one that was told of it. */
export const isDeferred = (error: unknown): boolean => isSpindleError(error) && error.scsi?.deferred === true;

/** Nobody is there any more. All others say that one command failed on its way; the next one may well come through. */
const HOST_CODES: Readonly<Record<number, ErrorCode>> = {
  [HOST_STATUS.noConnect]: 'drive-lost',
  [HOST_STATUS.timeOut]: 'drive-timeout',
  [HOST_STATUS.badTarget]: 'drive-lost',
  [HOST_STATUS.reset]: 'drive-reset',
};

const STATUS_CODES: Readonly<Partial<Record<Answer['status'], ErrorCode>>> = {
  'check-condition': 'drive-fault',
  'reservation-conflict': 'drive-foreign-busy',
};

/** The failure of a command whose answer says no more than its status. */
export const statusFailure = (command: Command, answer: Answer): SpindleError => {
  const lba = addressOf(command);
  const scsi: ScsiDetail = {
    command: command.name,
    cdb: toHex(command.cdb),
    ...(lba !== undefined && { lba }),
    ...(answer.status === 'transport-error' && { hostStatus: answer.hostStatus }),
  };
  if (answer.status === 'transport-error')
    return new SpindleError(
      HOST_CODES[answer.hostStatus] ?? 'drive-link-failed',
      `${command.name} did not come through (host status ${answer.hostStatus}).`,
      { scsi },
    );
  const code = STATUS_CODES[answer.status] ?? 'drive-busy';
  const silent = answer.status === 'check-condition' ? ' and no sense' : '';
  return new SpindleError(code, `${command.name} was answered with ${answer.status}${silent}.`, { scsi });
};
