import { describe, expect, it } from 'vitest';
import {
  ATTEMPT_TRANSITIONS,
  COPY_TRANSITIONS,
  isFinalJob,
  JOB_TRANSITIONS,
  wayTo,
} from '../../../src/jobs/states.js';

type Table = Readonly<Record<string, readonly string[]>>;

const MACHINES: readonly (readonly [
  name: string,
  table: Table,
  starts: readonly string[],
  ends: readonly string[],
])[] = [
  ['job', JOB_TRANSITIONS, ['held', 'queued'], ['completed', 'failed', 'canceled']],
  ['copy', COPY_TRANSITIONS, ['pending'], ['good', 'bad', 'skipped', 'canceled']],
  [
    'attempt',
    ATTEMPT_TRANSITIONS,
    ['assigned'],
    ['good', 'bad', 'unproven', 'interrupted', 'refused', 'withdrawn'],
  ],
];

describe.each(MACHINES)('the machine of a %s', (_, table, starts, ends) => {
  const states = Object.keys(table);

  it('names only states that it has', () => {
    for (const nexts of Object.values(table)) expect(states).toEqual(expect.arrayContaining([...nexts]));
  });

  it('reaches every state from one that it starts in', () => {
    const reached = states.filter((state) => starts.some((start) => wayTo(table, start, state)));
    expect(reached).toEqual(states);
  });

  it('has a way to an end from every state', () => {
    for (const state of states) expect(ends.some((end) => wayTo(table, state, end))).toBe(true);
  });

  it('ends where it is said to end and nowhere else', () => {
    expect(states.filter((state) => table[state]?.length === 0)).toEqual(ends);
  });
});

describe('a way through the job machine', () => {
  const way = (from: keyof typeof JOB_TRANSITIONS, to: keyof typeof JOB_TRANSITIONS) =>
    wayTo<keyof typeof JOB_TRANSITIONS>(JOB_TRANSITIONS, from, to);

  it('is one step between neighbours and none from a state to itself', () => {
    expect(way('queued', 'running')).toEqual(['running']);
    expect(way('queued', 'queued')).toEqual([]);
  });

  it('lets a queued job run before it fails', () => {
    expect(way('queued', 'failed')).toEqual(['running', 'failed']);
  });

  it('lets a running job be canceling before it is canceled', () => {
    expect(way('running', 'canceled')).toEqual(['canceling', 'canceled']);
  });

  it('does not exist out of an end', () => {
    expect(isFinalJob('completed')).toBe(true);
    expect(way('completed', 'queued')).toBeUndefined();
  });
});
