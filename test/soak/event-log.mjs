import { isDeepStrictEqual } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { Unanswered } from './client.mjs';

/** So many of the last events are kept, so that those of slower clients can be compared. */
const KEPT = 50_000;
const POLL_SECONDS = 5;
const RETRY_MS = 50;
const CATCH_UP_LIMIT_MS = 120_000;

/**
 * The daemon's event log, followed by long poll over all of its lives. What it says is checked as it comes: no gap, no
 * repetition, one epoch.
 */
export class EventLog {
  /** @type {Map<number, any>} by sequence */
  events = new Map();
  head = 0;
  epoch = '';
  received = 0;
  #next = '';
  #client;
  #onEvent;
  #onFault;
  #ended = false;
  #watchers = new Set();

  /**
   * @param {import('./client.mjs').Client} client
   * @param {{ onEvent: (event: any) => void, onFault: (detail: string) => void }} listeners
   */
  constructor(client, { onEvent, onFault }) {
    this.#client = client;
    this.#onEvent = onEvent;
    this.#onFault = onFault;
  }

  async start() {
    const { epoch } = await this.#client.get('/v1/server');
    this.epoch = epoch;
    this.#next = `${epoch}:0`;
    this.running = this.#follow();
  }

  async stop() {
    this.#ended = true;
    await this.running;
  }

  async #follow() {
    while (!this.#ended) {
      try {
        const page = await this.#client.get(`/v1/events?since=${this.#next}&wait=${POLL_SECONDS}`);
        this.#take(page);
      } catch (error) {
        // A daemon that is away or stopping is asked again; whatever else it says is no answer to a client.
        if (!(error instanceof Unanswered) && !/: 503 /.test(error.message))
          this.#onFault(`long poll: ${error.message}`);
        await sleep(RETRY_MS);
      }
    }
  }

  #take({ epoch, recovered, events, next }) {
    if (epoch !== this.epoch) this.#onFault(`the epoch ${this.epoch} became ${epoch}`);
    if (!recovered) this.#onFault(`the long poll lost its place at ${this.#next}`);
    for (const event of events) {
      if (event.seq !== this.head + 1) this.#onFault(`long poll: event ${event.seq} follows ${this.head}`);
      this.head = event.seq;
      this.received += 1;
      this.events.set(event.seq, event);
      this.events.delete(event.seq - KEPT);
      this.#onEvent(event);
    }
    this.#next = next;
    for (const watcher of [...this.#watchers]) watcher();
  }

  /** Resolves when everything has been heard that the daemon has told so far. Answers how far that is. */
  async catchUp() {
    const { head } = await this.#client.get('/v1/server');
    const limit = AbortSignal.timeout(CATCH_UP_LIMIT_MS);
    while (this.head < head) {
      if (limit.aborted) throw new Error(`event ${head} was told of and did not come by long poll`);
      await this.#change(1000);
    }
    return head;
  }

  /** Resolves with the next events, or when the time is over. */
  #change(ms) {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#watchers.delete(done);
        resolve(undefined);
      };
      const timer = setTimeout(done, ms);
      this.#watchers.add(done);
    });
  }

  /** Resolves with news, or after `ms`. */
  news = (ms) => this.#change(ms);

  /** What a WebSocket heard must be what the long poll hears; it may hear it sooner. */
  compare(frame) {
    const { op, ...event } = frame;
    const known = this.events.get(event.seq);
    if (known === undefined)
      return event.seq <= this.head - KEPT || event.seq > this.head ? 'not-yet' : 'unknown';
    return isDeepStrictEqual(known, event) ? 'same' : 'differs';
  }
}
