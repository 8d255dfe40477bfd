import { type Answer, type Command, HOST_STATUS, type Transport } from '../../src/transport/transport.js';
import { unhex } from './hex.js';

/** SPC-4 §6.4.2: a removable device of type 5, 36 bytes. */
export const INQUIRY_DATA = new Uint8Array(36);
INQUIRY_DATA.set([0x05, 0x80, 0x05, 0x32, 31]);
INQUIRY_DATA.set(new TextEncoder().encode('SCRIPTEDTRANSPORT TEST  1.00'), 8);

/** Fixed format, current error: ILLEGAL REQUEST, INVALID COMMAND OPERATION CODE. SPC-4 §4.5.3 */
export const INVALID_OPCODE = unhex('70 00 05 00 00 00 00 0a 00 00 00 00 20 00 00 00 00 00');

/** What READ (10) of the scripted drive returns. */
export const pattern = (length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => index % 251);

/** Opcodes beyond MMC by which a test asks for what drives do rarely. */
export const SCRIPT = { hang: 0xf0, hostError: 0xf1, busy: 0xf2, conflict: 0xf3, vanish: 0xf4 } as const;

export interface ScriptedDrive extends Pick<Transport, 'execute'> {
  /** In the order in which they arrived. */
  readonly executed: readonly Command[];
  /** The most commands that were underway at the same time. */
  readonly mostAtOnce: number;
  /** Ends the commands that hang. */
  release(): void;
}

const from = (data: Uint8Array, command: Command): Answer => {
  const reply = data.slice(0, command.direction === 'from-drive' ? command.length : 0);
  return { status: 'good', data: reply, moved: reply.length };
};

const nothing = new Uint8Array(0);

const ANSWERS: Readonly<Record<number, (command: Command) => Answer>> = {
  0x00: () => ({ status: 'good', data: nothing, moved: 0 }),
  0x12: (command) => from(INQUIRY_DATA, command),
  0x28: (command) => from(pattern(command.direction === 'from-drive' ? command.length : 0), command),
  0x2a: (command) => ({
    status: 'good',
    data: nothing,
    moved: command.direction === 'to-drive' ? command.data.length : 0,
  }),
  [SCRIPT.hang]: () => ({ status: 'good', data: nothing, moved: 0 }),
  [SCRIPT.hostError]: () => ({ status: 'transport-error', hostStatus: HOST_STATUS.error, moved: 0 }),
  [SCRIPT.busy]: () => ({ status: 'busy', moved: 0 }),
  [SCRIPT.conflict]: () => ({ status: 'reservation-conflict', moved: 0 }),
  [SCRIPT.vanish]: () => {
    throw new Error('the cable is out');
  },
};

/** The smallest target that transports can be tried on: it answers a table of opcodes and refuses the others. */
export const scriptedDrive = (): ScriptedDrive => {
  const executed: Command[] = [];
  const hanging: (() => void)[] = [];
  let underway = 0;
  let mostAtOnce = 0;
  const work = async (command: Command): Promise<Answer> => {
    const opcode = command.cdb[0] ?? 0;
    if (opcode === SCRIPT.hang) await new Promise<void>((resolve) => hanging.push(resolve));
    else await new Promise((resolve) => setImmediate(resolve));
    return (
      ANSWERS[opcode]?.(command) ?? {
        status: 'check-condition',
        sense: INVALID_OPCODE,
        data: nothing,
        moved: 0,
      }
    );
  };
  return {
    executed,
    get mostAtOnce() {
      return mostAtOnce;
    },
    release: () => {
      for (const resolve of hanging.splice(0)) resolve();
    },
    execute: async (command) => {
      executed.push(command);
      underway += 1;
      mostAtOnce = Math.max(mostAtOnce, underway);
      try {
        return await work(command);
      } finally {
        underway -= 1;
      }
    },
  };
};
