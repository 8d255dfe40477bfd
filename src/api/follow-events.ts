import type { StoreEvent } from '../jobs/events.js';
import type { Store } from '../jobs/store/store.js';

/** Where events go to. */
export interface EventSink {
  /** Events of the past; resolves when the client has taken them, so that a slow one is not flooded. */
  write(events: readonly StoreEvent[]): Promise<void>;
  /** Events of this moment. */
  push(events: readonly StoreEvent[]): void;
  /** These events are not kept any more. */
  gap(from: number, to: number): Promise<void>;
}

/** Events per question to the store. */
const PAGE = 500;

/**
 * Hands on every event after `start`, each once and in order, whatever is written meanwhile: what was announced
 * before it is caught up with is read again from the log, and only who has caught up hears announcements. Nothing
 * is buffered. Returns a function that ends it.
 */
export const followEvents = (
  store: Pick<Store, 'onEvents' | 'eventsSince'>,
  start: number,
  sink: EventSink,
): { caughtUp: Promise<void>; stop: () => void } => {
  let last = start;
  let announced = start;
  let live = false;
  let stopped = false;

  const unsubscribe = store.onEvents((events) => {
    announced = Math.max(announced, events.at(-1)?.seq ?? 0);
    if (!live) return;
    const fresh = events.filter(({ seq }) => seq > last);
    last = announced;
    if (fresh.length > 0) sink.push(fresh);
  });

  const skipTo = async (seq: number): Promise<void> => {
    if (seq > last) await sink.gap(last + 1, seq);
    last = Math.max(last, seq);
  };

  /** Whether there may be more. Nothing may be awaited between the look at `announced` and `live`. */
  const readOn = async (): Promise<boolean> => {
    const known = announced;
    const page = await store.eventsSince(last, { limit: PAGE });
    const [first, final] = [page[0], page.at(-1)];
    if (first && final) {
      await skipTo(first.seq - 1);
      last = final.seq;
      await sink.write(page);
      return true;
    }
    if (known > last) {
      await skipTo(known);
      return true;
    }
    // Announced while the store was asked: it is in the log by now.
    if (announced > last) return true;
    live = true;
    return false;
  };

  const catchUp = async (): Promise<void> => {
    while (!stopped && (await readOn()));
  };

  return {
    caughtUp: catchUp(),
    stop: () => {
      stopped = true;
      unsubscribe();
    },
  };
};
