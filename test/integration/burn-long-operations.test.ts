import { describe, expect, it } from 'vitest';
import { randomBytes } from 'node:crypto';
import type { Lie } from '../../src/virtual/lies.js';
import type { Answer, Command } from '../../src/transport/transport.js';
import { type RigChoice, burnRig, racingTime } from '../support/burn-rig.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const HOUR_MS = 3_600_000;

/** Drives in real time; the time is another one. */
const slowRig = (choice: RigChoice) => {
  const time = racingTime();
  return { time, rig: burnRig(temporaryFolder(), { ...choice, speed: 'realtime', time }) };
};

const IGNORES_IMMEDIATE: Lie[] = ['ignores-immediate'];

describe('what takes a drive longer than an hour', () => {
  it.each([
    ['that tells how far it is', []],
    ['that holds the command back until it is done', IGNORES_IMMEDIATE],
  ] as const)('is waited for: certifying three layers of a BD-RE in a drive %s', async (_, lies) => {
    const { rig, time } = slowRig({ blank: 'bd-re-xl', model: 'bdxl-writer', lies: [...lies] });
    const { plan, result } = await rig.use({ do: 'format', options: { certification: 'full' } });
    expect(time.clock.now()).toBeGreaterThan(3 * HOUR_MS);
    expect(result.medium.formatted).toBe(true);
    const { readyWithinMs, command } = plan.steps.find((step) => step.do === 'format')!;
    expect(readyWithinMs).toBeGreaterThan(2 * plan.estimateMs);
    expect(command!.timeoutMs).toBe(readyWithinMs);
  });

  it('is waited for: blanking a whole CD-RW at its single speed, which takes 80 minutes', async () => {
    const { rig } = slowRig({ blank: 'cd-rw', lies: IGNORES_IMMEDIATE });
    const { plan } = await rig.use({ do: 'erase', options: { method: 'full' } });
    const { readyWithinMs, command } = plan.steps.find((step) => step.do === 'blank')!;
    expect(readyWithinMs).toBeGreaterThan(2 * 80 * 60_000);
    expect(command!.timeoutMs).toBe(readyWithinMs);
  });
});

describe('a host that gave up on a drive which holds its commands back', () => {
  const image = randomBytes(400 * 2048);
  const SHORT_MS = 100;

  /** Some bridges give up early, whatever the host would wait for. */
  const impatient = (target: { execute(command: Command): Promise<Answer> }, opcode: number) => {
    const statuses: string[] = [];
    const intercept = (command: Command): Promise<Answer> | undefined => {
      if (statuses.length > 0 || command.cdb[0] !== opcode) return undefined;
      statuses.push('underway');
      return target.execute({ ...command, timeoutMs: SHORT_MS }).then((answer) => {
        statuses.push(answer.status);
        return answer;
      });
    };
    return { statuses, intercept };
  };

  it.each([
    ['cd-r', 0x5b],
    ['bd-re', 0x04],
  ] as const)('asks it whether it is at work, and waits: %s', async (blank, opcode) => {
    const { rig } = slowRig({ blank, lies: IGNORES_IMMEDIATE });
    const { statuses, intercept } = impatient(rig.drive, opcode);
    const { result } = await rig.burn(image, { options: { verify: 'none' }, intercept });
    expect(statuses).toContain('transport-error');
    expect(result.blocksWritten).toBeGreaterThanOrEqual(400);
    expect(rig.commands.filter(({ cdb }) => cdb[0] === opcode)).toHaveLength(1);
  });
});
