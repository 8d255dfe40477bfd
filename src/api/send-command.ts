import type { FastifyRequest } from 'fastify';
import { toHex, fromHexDigits } from '../binary/hex.js';
import type { RawAnswer } from '../drive/raw-command.js';
import { SpindleError, toFailure } from '../errors.js';
import { type CommandClass, commandClass, directionsOf, isWithin } from '../scsi/command-class.js';
import { commandName } from '../scsi/opcodes.js';
import type { CommandRequest } from './command-request.js';
import { ownLease } from './own-lease.js';
import { principalOf } from './server.js';
import type { ApiService } from './service.js';

/** @throws SpindleError `lease-required`, `lease-unknown`. */
export const neededLease = async (
  service: ApiService,
  request: FastifyRequest,
  drive: string,
  wanted: string | undefined,
): Promise<string> => {
  service.fleet.state(drive);
  const lease = await ownLease(service, request, drive, wanted);
  if (lease === undefined) throw new SpindleError('lease-required', `The request names no lease of ${drive}`);
  return lease;
};

/** Whoever has only forgotten where the data go is not to be led to a class that may do anything. */
const exceeding = (opcode: number, direction: CommandRequest['direction'], needed: CommandClass): string => {
  const name = commandName(opcode);
  const its = directionsOf(opcode);
  return its.length === 0 || its.includes(direction)
    ? `${name} is of class \`${needed}\`.`
    : `${name} has the direction ${its.map((one) => `\`${one}\``).join(' or ')}, and with \`${direction}\` nobody knows what it is: then it is of class \`${needed}\`.`;
};

/**
 * Whether a command may be sent: by what it is, by what the client says that it is, by the configuration.
 * @throws SpindleError `command-forbidden`, `command-class-exceeded`, `raw-commands-disabled`.
 */
const checkCommand = (
  { cdb, direction, class: said }: Pick<CommandRequest, 'cdb' | 'direction' | 'class'>,
  allowed: ApiService['rawCommands'],
): void => {
  const opcode = fromHexDigits(cdb)[0] ?? 0;
  const name = commandName(opcode);
  const row = commandClass(opcode, direction);
  if (allowed === 'off')
    throw new SpindleError(
      'raw-commands-disabled',
      `\`rawCommands\` is \`off\`; ${name} needs \`${'reason' in row ? 'read' : row.class}\``,
    );
  if ('reason' in row) throw new SpindleError('command-forbidden', `${name}: ${row.reason}`);
  if (!isWithin(said, row.class))
    throw new SpindleError('command-class-exceeded', exceeding(opcode, direction, row.class));
  if (!isWithin(allowed, row.class))
    throw new SpindleError(
      'raw-commands-disabled',
      `\`rawCommands\` is \`${allowed}\`; ${name} needs \`${row.class}\``,
    );
};

const bytesOf = ({ direction, length = 0, data = '' }: CommandRequest): number =>
  direction === 'to-drive' ? Buffer.byteLength(data, 'base64') : length;

/** The kernel would refuse it, and nobody knew that nothing was sent. @throws SpindleError `schema-violation`. */
const checkLength = (service: ApiService, drive: string, command: CommandRequest): void => {
  const most = service.fleet.state(drive).report?.capabilities.maxTransferBytes ?? Infinity;
  if (bytesOf(command) <= most) return;
  throw new SpindleError(
    'schema-violation',
    `The host carries ${most} bytes at once to the drive ${drive}.`,
    {
      errors: [
        {
          pointer: command.direction === 'to-drive' ? '/data' : '/length',
          message: `must be ${most} bytes or less, which is \`maxTransferBytes\` of the drive`,
        },
      ],
    },
  );
};

/**
 * Sends a client's own command, and notes before and after who sent what to which drive, and what came of it.
 * @throws SpindleError as `checkCommand`, `neededLease`, `checkLength`, and as the way to the drive fails.
 */
export const sendCommand = async (
  service: ApiService,
  request: FastifyRequest,
  { drive, command }: { drive: string; command: CommandRequest },
): Promise<RawAnswer> => {
  checkCommand(command, service.rawCommands);
  const lease = await neededLease(service, request, drive, command.lease);
  checkLength(service, drive, command);
  const { direction, length = 0, data = '', timeoutMs } = command;
  const bytes = fromHexDigits(command.cdb);
  const log = service.log.child({
    requestId: request.id,
    principal: principalOf(request).id,
    drive,
    command: commandName(bytes[0] ?? 0),
    cdb: toHex(bytes),
    direction,
  });
  log.info({ bytes: bytesOf(command) }, 'raw command');
  const cdb = Buffer.from(bytes).toString('base64');
  try {
    const answer = await service.fleet.order<'command'>(drive, {
      do: 'command',
      command: { cdb, direction, length, data, timeoutMs },
      lease,
    });
    log.info(
      { status: answer.status, sense: answer.sense?.code, moved: answer.moved },
      'raw command answered',
    );
    return answer;
  } catch (error) {
    log.warn({ failure: toFailure(error) }, 'raw command failed');
    throw error;
  }
};
