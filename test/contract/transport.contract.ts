import { describe, expect, it } from 'vitest';

import type { Answer, Command, Transport } from '../../src/transport/transport.js';

const TIMEOUT_MS = 30_000;

const testUnitReady: Command = {
  name: 'TEST UNIT READY',
  cdb: new Uint8Array(6),
  direction: 'none',
  timeoutMs: TIMEOUT_MS,
};

const inquiry = (length: number): Command => ({
  name: 'INQUIRY',
  cdb: Uint8Array.of(0x12, 0, 0, 0, length, 0),
  direction: 'from-drive',
  length,
  timeoutMs: TIMEOUT_MS,
});

/** No standard gives opcode EEh a meaning. */
const illegal: Command = {
  name: 'EEh',
  cdb: Uint8Array.of(0xee, 0, 0, 0, 0, 0, 0, 0, 0, 0),
  direction: 'none',
  timeoutMs: TIMEOUT_MS,
};

/** Sense key and ASC in fixed format, SPC-4 §4.5.3. */
const senseOf = (answer: Answer): string =>
  answer.status === 'check-condition'
    ? `${(answer.sense[2] ?? 0) & 0x0f}/${(answer.sense[12] ?? 0).toString(16)}`
    : answer.status;

/** A drive that was just switched on says so first, once or more often. */
const pastUnitAttention = async (transport: Transport): Promise<Answer> => {
  for (let i = 0; i < 5; i += 1) {
    const answer = await transport.execute(testUnitReady);
    if (!senseOf(answer).startsWith('6/')) return answer;
  }
  throw new Error('The drive ends no unit attention');
};

export interface TransportCase {
  readonly title: string;
  readonly check: (transport: Transport) => Promise<void>;
}

/** What every transport in front of every drive does. */
export const TRANSPORT_CONTRACT: readonly TransportCase[] = [
  {
    title: 'brings what the drive sends, and says how much it was',
    check: async (transport) => {
      await pastUnitAttention(transport);
      const answer = await transport.execute(inquiry(36));
      expect(answer).toMatchObject({ status: 'good', moved: 36 });
      const data = answer.status === 'good' ? answer.data : new Uint8Array(0);
      expect(data).toHaveLength(36);
      expect(data[0]! & 0x1f, 'peripheral device type').toBe(5);
    },
  },
  {
    title: 'brings no more than was asked for',
    check: async (transport) => {
      await pastUnitAttention(transport);
      const answer = await transport.execute(inquiry(5));
      expect(answer).toMatchObject({ status: 'good', moved: 5, data: { length: 5 } });
    },
  },
  {
    title: 'says that a short reply was short',
    check: async (transport) => {
      await pastUnitAttention(transport);
      const whole = await transport.execute(inquiry(255));
      expect(whole.status).toBe('good');
      expect(whole.moved).toBeLessThan(255);
      expect(whole).toMatchObject({ data: { length: whole.moved } });
    },
  },
  {
    title: 'moves nothing with a command that has no data',
    check: async (transport) => {
      expect((await pastUnitAttention(transport)).moved).toBe(0);
    },
  },
  {
    title: 'answers a refused command with its sense instead of failing',
    check: async (transport) => {
      await pastUnitAttention(transport);
      const answer = await transport.execute(illegal);
      expect(senseOf(answer)).toBe('5/20');
      expect(answer.moved).toBe(0);
    },
  },
  {
    title: 'executes commands given at once one after another, each with its own answer',
    check: async (transport) => {
      await pastUnitAttention(transport);
      const order: number[] = [];
      const commands = Array.from({ length: 24 }, (_, i) => (i % 3 === 2 ? illegal : inquiry(5 + i)));
      const answers = await Promise.all(
        commands.map(async (command, index) => {
          const answer = await transport.execute(command);
          order.push(index);
          return answer;
        }),
      );
      expect(order).toEqual(commands.map((_, index) => index));
      expect(answers.map((answer, i) => (i % 3 === 2 ? senseOf(answer) : answer.moved))).toEqual(
        commands.map((_, i) => (i % 3 === 2 ? '5/20' : 5 + i)),
      );
    },
  },
  {
    title: 'leaves no command without an end when it is closed',
    check: async (transport) => {
      const outcomes = Array.from({ length: 5 }, () =>
        transport.execute(testUnitReady).then(
          () => 'answered',
          (error: unknown) => (error as { code?: unknown }).code,
        ),
      );
      await transport.close();
      for (const outcome of await Promise.all(outcomes))
        expect(['answered', 'drive-lost']).toContain(outcome);
    },
  },
  {
    title: 'takes no command after it was closed, and may be closed twice',
    check: async (transport) => {
      await transport.close();
      await expect(transport.execute(testUnitReady)).rejects.toMatchObject({ code: 'drive-lost' });
      await transport.close();
    },
  },
];

/** Runs the contract over a transport; `open` gives a new one, in front of a drive of its own, for each case. */
export const describeTransport = (name: string, open: () => Promise<Transport>): void => {
  describe(`transport ${name}`, () => {
    it.each(TRANSPORT_CONTRACT)('$title', async ({ check }) => {
      const transport = await open();
      try {
        await check(transport);
      } finally {
        await transport.close();
      }
    });
  });
};
