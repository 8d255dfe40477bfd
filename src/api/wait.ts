import { EventEmitter, once } from 'node:events';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';

/** Seconds that a client is ready to wait; longer waits are cut by proxies and firewalls. */
export const waitSeconds = z.coerce
  .number()
  .min(0)
  .max(60)
  .default(0)
  .meta({ description: 'Seconds to wait for something new before answering' });

/**
 * Ends a wait: the time is over, the client is gone or the daemon is stopping. Not by AbortSignal.any over
 * AbortSignal.timeout: Node 20 collects such a timeout as garbage before it is over, and the client waits for ever
 * (nodejs/node issue 57736).
 */
export const waitSignal = (reply: FastifyReply, seconds: number, stopping: AbortSignal): AbortSignal => {
  if (seconds === 0 || stopping.aborted) return AbortSignal.abort();
  const enough = new AbortController();
  const end = (): void => {
    enough.abort();
  };
  const timer = setTimeout(end, Math.ceil(seconds * 1000));
  stopping.addEventListener('abort', end, { signal: enough.signal });
  reply.raw.once('close', () => {
    clearTimeout(timer);
    end();
  });
  return enough.signal;
};

/** Looks, and looks again after each occasion, until it is done or there has been enough waiting. */
export const waitUntil = async <T>(
  enough: AbortSignal,
  onOccasion: (listener: () => void) => () => void,
  look: () => Promise<{ done: boolean; value: T }>,
): Promise<T> => {
  const occasions = new EventEmitter();
  const unsubscribe = onOccasion(() => occasions.emit('occasion'));
  try {
    for (;;) {
      // Listening begins before the look: what happens during it is not missed.
      const occasion = once(occasions, 'occasion', { signal: enough }).catch(() => undefined);
      const { done, value } = await look();
      if (done || enough.aborted) return value;
      await occasion;
    }
  } finally {
    unsubscribe();
  }
};

/** Resolves when it is done, or when there has been enough waiting. */
export const settledOr = async (done: Promise<void> | undefined, enough: AbortSignal): Promise<void> => {
  const tired = new Promise<void>((resolve) => {
    if (enough.aborted) resolve();
    const end = (): void => {
      resolve();
    };
    enough.addEventListener('abort', end, { once: true });
  });
  await Promise.race([done, tired]);
};
