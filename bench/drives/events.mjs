import { once } from 'node:events';

/**
 * `arrivedAt` by performance.now(); `delayMs` since the moment that the event itself names, to the millisecond.
 * @typedef {{ kind: string, at: string, data: any, arrivedAt: number, delayMs: number }} Event
 * @typedef {{ drive: string, phase: string, elapsedMs: number, arrivedAt: number }} Progress
 */

/**
 * Follows the daemon's events over a WebSocket and keeps all of them.
 * @param {import('./client.mjs').Client} client
 */
export const followEvents = (client) => {
  /** @type {Event[]} */
  const events = [];
  /** @type {Progress[]} */
  const progress = [];
  /** @type {Set<(event: Event) => void>} */
  const listeners = new Set();
  const socket = client.events();
  socket.on('open', () => socket.send(JSON.stringify({ op: 'hello' })));
  socket.on('message', (data) => {
    const arrivedAt = performance.now();
    const frame = JSON.parse(data.toString());
    if (frame.op === 'progress') progress.push({ ...frame.data, arrivedAt });
    if (frame.op !== 'event') return;
    const event = { ...frame, arrivedAt, delayMs: Date.now() - Date.parse(frame.at) };
    events.push(event);
    for (const listener of listeners) listener(event);
  });

  /**
   * The next event that fits. What `fits` throws is thrown.
   * @param {(event: Event) => boolean} fits
   * @param {number} limitMs
   * @returns {Promise<Event>}
   */
  const next = (fits, limitMs) =>
    new Promise((resolve, reject) => {
      /** @param {() => void} settle */
      const end = (settle) => {
        listeners.delete(listener);
        clearTimeout(timer);
        settle();
      };
      /** @param {Event} event */
      const listener = (event) => {
        try {
          if (fits(event)) end(() => resolve(event));
        } catch (error) {
          end(() => reject(error));
        }
      };
      const timer = setTimeout(() => {
        end(() => reject(new Error(`An event did not come within ${limitMs} ms.`)));
      }, limitMs);
      timer.unref();
      listeners.add(listener);
    });

  return {
    events,
    progress,
    next,
    /** Resolves when the daemon has welcomed us: from then on nothing is missed. */
    welcomed: once(socket, 'message'),
    close: () => socket.terminate(),
  };
};

/**
 * How old progress is when it arrives. Clocks of two processes are not compared: of all frames of a drive the
 * freshest counts as new, so that what is told is how much staler the others were.
 * @param {readonly Progress[]} progress
 */
export const stalenessOf = (progress) => {
  const drives = new Set(progress.map(({ drive }) => drive));
  return [...drives].flatMap((drive) => {
    const frames = progress.filter((frame) => frame.drive === drive);
    const delays = frames.map(({ arrivedAt, elapsedMs }) => arrivedAt - elapsedMs);
    const freshest = Math.min(...delays);
    return delays.map((delay) => delay - freshest);
  });
};
