import type { ServerFrame } from '../jobs/frames.js';

/** How frames reach a client: a WebSocket or a stream of server-sent events. */
export interface Outlet {
  send(frame: ServerFrame): void;
  /** Bytes that wait for the client. */
  buffered(): number;
  /** Resolves when nothing waits any more, or the client is gone. */
  flushed(): Promise<void>;
}

/** Beyond this the past waits until the client has read, and progress is dropped, since the next one replaces it. */
const FULL_BYTES = 1024 * 1024;
/** Beyond this the client is cut off; it resumes by sequence and misses nothing. */
const CLOSE_BYTES = 4 * FULL_BYTES;

export const isFull = (outlet: Pick<Outlet, 'buffered'>): boolean => outlet.buffered() >= FULL_BYTES;

export const isOverfull = (outlet: Pick<Outlet, 'buffered'>): boolean => outlet.buffered() > CLOSE_BYTES;

/** The same outlet, which cuts off who does not read, whatever it is that would be sent. */
export const cuttingOffSlow = (outlet: Outlet, cutOff: () => void): Outlet => ({
  ...outlet,
  send: (frame) => {
    if (isOverfull(outlet)) cutOff();
    else outlet.send(frame);
  },
});
