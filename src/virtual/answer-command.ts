import { type Answer, type Command, HOST_STATUS } from '../transport/transport.js';
import { COMMANDS } from './commands.js';
import type { IdleFormat } from './idle-format.js';
import { HostGaveUp } from './operations.js';
import { Refusal, type SenseReport, refusal, senseBytes } from './refusal.js';
import type { VirtualDrive } from './virtual-drive.js';

const NOTHING = new Uint8Array(0);
/** Sectors that the kernel sends at once to USB storage that is known for more being too much (US_FL_MAX_SECTORS_64). */
const BRIDGE_BYTES = 64 * 512;
const INTERNAL_FAILURE = '4/44/00';

export const checkCondition = (report: SenseReport): Answer => ({
  status: 'check-condition',
  sense: senseBytes(report),
  data: NOTHING,
  moved: 0,
});

export const transportError = (hostStatus: number): Answer => ({
  status: 'transport-error',
  hostStatus,
  moved: 0,
});

/** What came back, cut to what the CDB and the host have room for. */
const good = (command: Command, reply: Uint8Array, allocation: number): Answer => {
  if (command.direction === 'to-drive') return { status: 'good', data: NOTHING, moved: command.data.length };
  const most = command.direction === 'none' ? 0 : Math.min(command.length, allocation);
  const data = reply.subarray(0, most);
  return { status: 'good', data, moved: data.length };
};

const allocationOf = (values: unknown): number =>
  typeof values === 'object' && values !== null && 'allocationLength' in values
    ? Number(values.allocationLength)
    : Infinity;

/** What the bridge in front of the drive carries by one command. */
export const mostBytes = (drive: VirtualDrive): number | undefined =>
  drive.lies('short-transfers') ? BRIDGE_BYTES : undefined;

const isTooLong = (drive: VirtualDrive, command: Command): boolean => {
  const bytes = command.direction === 'to-drive' ? command.data.length : 0;
  const asked = command.direction === 'from-drive' ? command.length : 0;
  return Math.max(bytes, asked) > (mostBytes(drive) ?? Infinity);
};

const afterBridge = (drive: VirtualDrive, { direction }: Command, answer: Answer): Answer => {
  const spurious = drive.lies('spurious-check') && direction === 'none' && answer.status === 'good';
  return spurious ? checkCondition({ sense: '0/00/00' }) : answer;
};

const tellWhatWaits = ({ news }: VirtualDrive): void => {
  const waiting = news.takeWaiting();
  if (waiting !== undefined) throw new Refusal(waiting);
};

const dispatch = async (drive: VirtualDrive, idleFormat: IdleFormat, command: Command): Promise<Answer> => {
  idleFormat.goOn(drive);
  await drive.operations.advance();
  drive.operations.hostTimeoutMs = command.timeoutMs;
  const opcode = command.cdb[0] ?? 0;
  const row = drive.model.lacks?.includes(opcode) === true ? undefined : COMMANDS.get(opcode);
  if (row === undefined) throw refusal('5/20/00');
  if (command.cdb.length < row.cdb.size) throw refusal('5/24/00');
  if (row.quiet === undefined) tellWhatWaits(drive);
  const data = command.direction === 'to-drive' ? command.data : NOTHING;
  const reply = (await row.handle(drive, { cdb: command.cdb, data })) ?? NOTHING;
  return good(command, reply, allocationOf(row.cdb.decode(command.cdb)));
};

const answered = async (drive: VirtualDrive, idleFormat: IdleFormat, command: Command): Promise<Answer> => {
  try {
    if (isTooLong(drive, command)) return transportError(HOST_STATUS.error);
    return afterBridge(drive, command, await dispatch(drive, idleFormat, command));
  } catch (error) {
    if (error instanceof Refusal) return checkCondition(error.report);
    if (error instanceof HostGaveUp) return transportError(HOST_STATUS.timeOut);
    drive.log.error({ err: error, command: command.name }, 'the virtual drive failed');
    return checkCondition({ sense: INTERNAL_FAILURE });
  }
};

/**
 * Brings what has changed to our disk. While that does not take it, whatever is told of failures is told of this one, unless it failed
 * itself, and each command tries again.
 */
export const keeping = async (
  drive: VirtualDrive,
  { command, answer }: { readonly command: Command; readonly answer: Answer },
  keep: () => void | Promise<void>,
): Promise<Answer> => {
  try {
    await keep();
    return answer;
  } catch (error) {
    drive.log.error({ err: error, command: command.name }, 'the state of the virtual drive cannot be kept');
    const isQuiet = COMMANDS.get(command.cdb[0] ?? 0)?.quiet === true;
    return isQuiet || answer.status !== 'good' ? answer : checkCondition({ sense: INTERNAL_FAILURE });
  }
};

/** How a drive ends a command, its bridge to the host included; what it changed is on the medium's disk by then. */
export const answerCommand = async (
  drive: VirtualDrive,
  idleFormat: IdleFormat,
  command: Command,
): Promise<Answer> => {
  const answer = await answered(drive, idleFormat, command);
  return keeping(drive, { command, answer }, () => drive.saveIfChanged());
};
