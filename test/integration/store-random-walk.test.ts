import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StoreEvent } from '../../src/jobs/events.js';
import {
  type AttemptState,
  ATTEMPT_TRANSITIONS,
  COPY_TRANSITIONS,
  JOB_TRANSITIONS,
} from '../../src/jobs/states.js';
import { isSpindleError } from '../../src/errors.js';
import type { Transactions } from '../../src/jobs/store/store.js';
import {
  aDataJob,
  anImageRequest,
  DIGEST,
  DVD_PLUS_R,
  journalOf,
  openTestTransactions,
} from '../support/test-store.js';

const DRIVES = ['one', 'two', 'three'];
const PROBLEM = { code: 'write-failed', detail: '' } as const;
const JOBS = 3;

const STATEMENTS = [
  { kind: 'accepted', planHash: DIGEST },
  { kind: 'touching' },
  { kind: 'phase', phase: 'write' },
  { kind: 'phase', phase: 'close' },
  { kind: 'ended', result: 'good', proof: {} },
  { kind: 'ended', result: 'good' },
  { kind: 'ended', result: 'bad', problem: PROBLEM },
  { kind: 'ended', result: 'unproven', problem: { code: 'attempt-unproven', detail: '' } },
  { kind: 'ended', result: 'refused', problem: { code: 'plan-stale', detail: '' } },
  { kind: 'ended', result: 'withdrawn', problem: { code: 'worker-lost', detail: '' } },
] as const;

const job = fc.nat({ max: JOBS - 1 });
const pick = fc.nat({ max: 20 });

/** Everything that clients, workers and the dispatcher can do, in any order, sensible or not. */
const anyAct = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('assign'), job, drive: fc.constantFrom(...DRIVES) }) },
  {
    weight: 16,
    arbitrary: fc.record({ do: fc.constant('fold'), pick, statement: fc.constantFrom(...STATEMENTS) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('withdraw', 'interrupt'), pick }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('hold', 'release', 'insert', 'inserted'), job }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('cancel', 'force'), job }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('image-failed'), job }) },
);
type Act = typeof anyAct extends fc.Arbitrary<infer T> ? T : never;

interface World {
  readonly jobs: readonly string[];
  readonly images: readonly string[];
  /** Entries folded so far, by attempt. */
  readonly written: Map<string, number>;
}

const openAttemptOf = (all: Transactions, index: number) => {
  const open = all.openAttempts();
  return open[index % Math.max(1, open.length)];
};

const MOVES: Record<Act['do'], (all: Transactions, act: never, world: World) => unknown> = {
  hold: (all, act: { job: number }, { jobs }) => all.holdJob(jobs[act.job]!),
  release: (all, act: { job: number }, { jobs }) => all.releaseJob(jobs[act.job]!),
  cancel: (all, act: { job: number }, { jobs }) => all.cancelJob(jobs[act.job]!),
  force: (all, act: { job: number }, { jobs }) => all.cancelJob(jobs[act.job]!, { force: true }),
  insert: (all, act: { job: number }, { jobs }) => all.setReasons(jobs[act.job]!, [{ code: 'insert-blank' }]),
  inserted: (all, act: { job: number }, { jobs }) => all.setReasons(jobs[act.job]!, []),
  'image-failed': (all, act: { job: number }, { images }) => all.imageFailed(images[act.job]!, PROBLEM),
  assign: (all, act: { job: number; drive: string }, { jobs }) =>
    all.assign({ job: jobs[act.job]!, drive: act.drive, plan: {}, planHash: DIGEST, medium: DVD_PLUS_R }),
  withdraw: (all, act: { pick: number }) => {
    const attempt = openAttemptOf(all, act.pick);
    return attempt && all.withdraw({ ...attempt, attempt: attempt.number }, PROBLEM);
  },
  interrupt: (all, act: { pick: number }) => {
    const attempt = openAttemptOf(all, act.pick);
    return attempt && all.interrupt({ ...attempt, attempt: attempt.number }, PROBLEM);
  },
  fold: (all, act: { pick: number; statement: (typeof STATEMENTS)[number] }, { written }) => {
    const attempt = openAttemptOf(all, act.pick);
    if (!attempt) return;
    const name = `${attempt.job} ${attempt.copy} ${attempt.number}`;
    const sequence = (written.get(name) ?? 0) + 1;
    written.set(name, sequence);
    all.fold(journalOf(attempt, [act.statement], sequence));
  },
};

const begin = (all: Transactions): World => {
  all.seeDrives(
    DRIVES.map((id) => ({
      id,
      transport: 'virtual',
      location: { port: id },
      identity: { vendor: 'SPINDLE', product: 'VIRTUAL', revision: '1' },
    })),
  );
  const pairs = Array.from({ length: JOBS }, (_, index) => {
    const image = all.createImage(anImageRequest, 'uid:1000', DIGEST).id;
    // The last job's image is never ready, so that it can still fail.
    if (index < JOBS - 1) all.imageReady(image, { summary: {}, warnings: [], bytes: 1 });
    const request = aDataJob({ copies: index + 1, maxAttempts: index + 1 });
    return { image, job: all.createJob(request, 'uid:1000', { image }).job.id };
  });
  return { jobs: pairs.map((pair) => pair.job), images: pairs.map((pair) => pair.image), written: new Map() };
};

/** States as the events tell them, by job, copy and attempt. */
const history = (events: readonly StoreEvent[]) => {
  const seen = new Map<string, string[]>();
  const note = (name: string, state: string): void => {
    const states = seen.get(name) ?? [];
    if (states.at(-1) !== state) seen.set(name, [...states, state]);
  };
  for (const event of events) {
    if (event.kind === 'job.created' || event.kind === 'job.advanced' || event.kind === 'job.changed') {
      note(`job ${event.data.id}`, event.data.state);
    } else if (event.kind === 'copy.advanced') {
      note(`copy ${event.data.job} ${event.data.number}`, event.data.state);
    } else if (event.kind === 'attempt.advanced') {
      note(`attempt ${event.data.job} ${event.data.copy} ${event.data.number}`, event.data.state);
    }
  }
  return seen;
};

const TABLES: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  job: JOB_TRANSITIONS,
  copy: COPY_TRANSITIONS,
  attempt: ATTEMPT_TRANSITIONS,
};

const expectLegalHistory = (events: readonly StoreEvent[]): void => {
  for (const [name, states] of history(events)) {
    const table = TABLES[name.split(' ')[0] ?? '']!;
    for (const [index, state] of states.slice(1).entries()) {
      expect(table[states[index]!], `${name} from ${states[index]!} to ${state}`).toContain(state);
    }
  }
};

const OPEN: readonly AttemptState[] = ['assigned', 'underway'];

const expectConsistency = (all: Transactions, { jobs }: World): void => {
  const open = all.openAttempts();
  expect(new Set(open.map(({ drive }) => drive)).size).toBe(open.length);
  for (const id of jobs) {
    const view = all.getJob(id)!;
    for (const copy of all.copiesOf(id)) {
      const attempts = all.attemptsOf(id, copy.number);
      const openOnes = attempts.filter(({ state }) => OPEN.includes(state));
      expect(openOnes).toHaveLength(copy.state === 'active' ? 1 : 0);
      expect(attempts.some(({ state }) => state === 'good')).toBe(copy.state === 'good');
    }
    expect(['running', 'canceling'].includes(view.state) || view.copies.active === 0).toBe(true);
    const isOver = view.copies.pending + view.copies.active === 0;
    expect(view.endedAt !== undefined).toBe(isOver);
  }
};

const attempted =
  (act: (all: Transactions) => unknown) =>
  (all: Transactions): void => {
    try {
      act(all);
    } catch (error) {
      if (!isSpindleError(error)) throw error;
    }
  };

describe('a store to which anything happens in any order', () => {
  it('moves jobs, copies and attempts only as their tables allow, and keeps them in step', () => {
    const reached = new Set<string>();
    const all = Object.entries(TABLES).flatMap(([name, table]) =>
      Object.keys(table).map((state) => `${name} ${state}`),
    );
    const left = (): string[] => all.filter((state) => !reached.has(state));
    const walk = (): void => {
      fc.assert(
        fc.property(fc.array(anyAct, { maxLength: 80, size: 'max' }), (acts) => {
          const { act, told } = openTestTransactions();
          const world = act(begin);
          for (const one of acts) {
            act(attempted((all) => MOVES[one.do](all, one as never, world)));
            act((all) => {
              expectConsistency(all, world);
            });
          }
          expectLegalHistory(told);
          for (const [name, states] of history(told)) {
            for (const state of states) reached.add(`${name.split(' ')[0] ?? ''} ${state}`);
          }
          expect(told.map(({ seq }) => seq)).toEqual(told.map((_, index) => index + 1));
        }),
        { numRuns: 60 },
      );
    };
    // No state of any machine is left out, or the walk would prove little; some are rare.
    walk();
    for (let more = 0; more < 9 && left().length > 0; more += 1) walk();
    expect(left()).toEqual([]);
  });
});
