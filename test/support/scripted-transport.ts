import { encodeSense } from '../../src/scsi/sense.js';
import type { Answer, Command, Transport } from '../../src/transport/transport.js';

type Reply = Answer | ((command: Command) => Answer);

/** CHECK CONDITION with sense like `2/04/08`. */
export const sense = (
  text: string,
  more: { deferred?: boolean; progress?: number; information?: number } = {},
): Answer => {
  const [key = 0, asc = 0, ascq = 0] = text.split('/').map((part) => Number.parseInt(part, 16));
  const bytes = encodeSense({ key, asc, ascq, deferred: false, ...more });
  return { status: 'check-condition', sense: bytes, data: new Uint8Array(0), moved: 0 };
};

export const good = (data: Uint8Array = new Uint8Array(0)): Answer => ({
  status: 'good',
  data,
  moved: data.length,
});

export interface ScriptedTransport extends Transport {
  readonly sent: Command[];
}

/**
 * Answers commands in the order of the script, whatever they are; after its end everything is GOOD, and a WRITE moves
 * what it was given.
 */
export const scriptedTransport = (...script: Reply[]): ScriptedTransport => {
  const sent: Command[] = [];
  return {
    sent,
    execute: (command) => {
      sent.push(command);
      const next = script.shift();
      const moved = command.direction === 'to-drive' ? command.data.length : 0;
      const answer = typeof next === 'function' ? next(command) : (next ?? { ...good(), moved });
      return Promise.resolve(answer);
    },
    close: () => Promise.resolve(),
  };
};
