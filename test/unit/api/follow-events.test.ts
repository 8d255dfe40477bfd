import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { followEvents } from '../../../src/api/follow-events.js';
import type { StoreEvent } from '../../../src/jobs/events.js';

const eventAt = (seq: number): StoreEvent => ({
  seq,
  at: '2026-11-22T12:00:00.000Z',
  topic: 'images/x',
  kind: 'image.deleted',
  data: { id: '01JB3Z5V8N0Q4W7X9Y2A6C5D1E' },
});

/** A log whose readers see a commit at once, while its announcement may come later, as from the store thread. */
const createLog = () => {
  const events: StoreEvent[] = [];
  const unannounced: StoreEvent[] = [];
  const listeners = new Set<(events: readonly StoreEvent[]) => void>();
  const log = {
    commit: (count: number) => {
      for (let i = 0; i < count; i++) {
        const event = eventAt((events.at(-1)?.seq ?? 0) + 1);
        events.push(event);
        unannounced.push(event);
      }
    },
    announce: () => {
      const batch = unannounced.splice(0);
      if (batch.length > 0) for (const listener of listeners) listener(batch);
    },
    forget: (count: number) => events.splice(0, count),
    onEvents: (listener: (events: readonly StoreEvent[]) => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    eventsSince: (seq: number, { limit }: { limit: number }) =>
      Promise.resolve(events.filter((event) => event.seq > seq).slice(0, limit)),
  };
  return log;
};

const collect = () => {
  const heard: number[] = [];
  const gaps: [number, number][] = [];
  const sink = {
    write: async (events: readonly StoreEvent[]) => {
      heard.push(...events.map(({ seq }) => seq));
      await Promise.resolve();
    },
    push: (events: readonly StoreEvent[]) => {
      heard.push(...events.map(({ seq }) => seq));
    },
    gap: async (from: number, to: number) => {
      gaps.push([from, to]);
      await Promise.resolve();
    },
  };
  return { heard, gaps, sink };
};

const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);

describe('following the event log', () => {
  it('tells each event once and in order, whatever is committed and announced while it catches up', async () => {
    const act = fc.oneof(
      fc.record({ commit: fc.integer({ min: 1, max: 1200 }) }),
      fc.constant('announce' as const),
      fc.constant('tick' as const),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 1300 }),
        fc.array(act, { maxLength: 20 }),
        async (before, acts) => {
          const log = createLog();
          log.commit(before);
          const { heard, gaps, sink } = collect();
          const following = followEvents(log, 0, sink);
          for (const one of acts) {
            if (one === 'announce') log.announce();
            else if (one === 'tick') await Promise.resolve();
            else log.commit(one.commit);
          }
          log.announce();
          await following.caughtUp;
          log.commit(2);
          log.announce();
          const total =
            before + 2 + acts.reduce((sum, one) => sum + (typeof one === 'object' ? one.commit : 0), 0);
          expect(heard).toEqual(upTo(total));
          expect(gaps).toEqual([]);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('says which events are not kept any more', async () => {
    const log = createLog();
    log.commit(10);
    log.forget(4);
    const { heard, gaps, sink } = collect();
    await followEvents(log, 2, sink).caughtUp;
    expect(gaps).toEqual([[3, 4]]);
    expect(heard).toEqual([5, 6, 7, 8, 9, 10]);
  });

  it('is silent after its end', async () => {
    const log = createLog();
    const { heard, sink } = collect();
    const following = followEvents(log, 0, sink);
    await following.caughtUp;
    following.stop();
    log.commit(1);
    log.announce();
    expect(heard).toEqual([]);
  });
});
