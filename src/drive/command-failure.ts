import { type ErrorCode, type ScsiDetail, SpindleError } from '../errors.js';
import { read10 } from '../scsi/commands/read-10.js';
import { write10 } from '../scsi/commands/write-10.js';
import { senseMeaning } from '../scsi/sense-meaning.js';
import { type Sense, formatSense } from '../scsi/sense.js';
import { type Answer, type Command, HOST_STATUS } from '../transport/transport.js';
import { toHex } from './hex.js';

/** Where a command was to read or to write. */
const addressOf = ({ cdb }: Command): number | undefined => {
  const layout = [read10, write10].find(({ opcode }) => opcode === cdb[0]);
  return layout?.decode(cdb).logicalBlockAddress;
};

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

const HOST_CODES: Readonly<Record<number, ErrorCode>> = {
  [HOST_STATUS.timeOut]: 'drive-timeout',
  [HOST_STATUS.reset]: 'drive-reset',
};

/** The failure of a command to which there was an answer without sense. */
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
      HOST_CODES[answer.hostStatus] ?? 'drive-lost',
      `${command.name} did not come through (host status ${answer.hostStatus}).`,
      { scsi },
    );
  const code = answer.status === 'reservation-conflict' ? 'drive-foreign-busy' : 'drive-busy';
  return new SpindleError(code, `${command.name} was answered with ${answer.status}.`, { scsi });
};
