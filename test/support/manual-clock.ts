import type { Clock } from '../../src/virtual/clock.js';

interface Alarm {
  readonly at: number;
  readonly ring: () => void;
}

/** A clock that stands still until a test turns it. */
export interface ManualClock extends Clock {
  /** Lets time pass and everything ring that is due meanwhile, in order, with what follows from it. */
  turn(ms: number): Promise<void>;
}

/** Lets promises settle that wait for nothing but each other. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export const manualClock = (): ManualClock => {
  let now = 0;
  const alarms = new Set<Alarm>();
  const due = (until: number): Alarm | undefined =>
    [...alarms].filter(({ at }) => at <= until).sort((one, other) => one.at - other.at)[0];
  return {
    now: () => now,
    after: (ms, ring) => {
      const alarm = { at: now + ms, ring };
      alarms.add(alarm);
      return () => {
        alarms.delete(alarm);
      };
    },
    turn: async (ms) => {
      const end = now + ms;
      await settle();
      for (let alarm = due(end); alarm !== undefined; alarm = due(end)) {
        alarms.delete(alarm);
        now = Math.max(now, alarm.at);
        alarm.ring();
        await settle();
      }
      now = end;
    },
  };
};
