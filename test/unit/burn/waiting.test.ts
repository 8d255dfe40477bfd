import { describe, expect, it } from 'vitest';
import { Waiting } from '../../../src/burn/steps/waiting.js';

const MINUTE = 60_000;
const PLANNED = 60 * MINUTE;

/** When a wait is over that is asked once a minute, in minutes; undefined: never within two days. */
const endOf = (progressAt: (minute: number) => number | undefined): number | undefined => {
  const waiting = new Waiting(PLANNED, 0);
  for (let minute = 0; minute < 2 * 24 * 60; minute++)
    if (waiting.isOver(minute * MINUTE, progressAt(minute))) return minute;
  return undefined;
};

describe('a drive is waited for', () => {
  it('as long as was planned, where it does not say how far it is', () => {
    expect(endOf(() => undefined)).toBe(60);
    expect(endOf(() => 0)).toBe(60);
    expect(endOf(() => 0.5)).toBe(60);
  });

  it('longer while it gets on, and ten minutes more once it does not', () => {
    expect(endOf((minute) => Math.min(minute, 100) / 200)).toBe(110);
  });

  it('through passes that begin at nothing again', () => {
    expect(endOf((minute) => (minute < 150 ? (minute % 40) / 40 : 0.99))).toBe(160);
  });

  it('four times as long as was planned at most', () => {
    expect(endOf((minute) => (minute % 10) / 10)).toBe(240);
  });
});
