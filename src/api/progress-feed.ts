import type { Fleet } from '../fleet/fleet.js';
import type { ServerFrame } from '../jobs/frames.js';

export type ProgressFrame = Extract<ServerFrame, { op: 'progress' }>;

/** Progress of all attempts as frames; each client thins it out for itself. */
export const listenToProgress = (fleet: Pick<Fleet, 'onProgress'>): ProgressFeed => {
  const listeners = new Set<(frame: ProgressFrame) => void>();
  /** Per drive, since a drive has one attempt at a time: whose progress it is and how often there was any. */
  const counts = new Map<string, { topic: string; attempt: string; n: number }>();

  const stop = fleet.onProgress((drive, ref, progress) => {
    const topic = `jobs/${ref.job}`;
    const attempt = `${topic}/${ref.copy}/${ref.attempt}`;
    const before = counts.get(drive);
    const n = before?.attempt === attempt ? before.n + 1 : 1;
    counts.set(drive, { topic, attempt, n });
    const frame: ProgressFrame = { op: 'progress', topic, n, data: { ...ref, drive, ...progress } };
    for (const listener of listeners) listener(frame);
  });
  return {
    listen: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop,
  };
};

export interface ProgressFeed {
  listen(listener: (frame: ProgressFrame) => void): () => void;
  stop(): void;
}

/** Lets the latest frame of each attempt through, so often and no oftener; between them the older ones are dropped. */
export const thinOut = (
  intervalMs: number,
  send: (frames: readonly ProgressFrame[]) => void,
): { add: (frame: ProgressFrame) => void; stop: () => void } => {
  const latest = new Map<string, ProgressFrame>();
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    const frames = [...latest.values()];
    latest.clear();
    timer = frames.length > 0 ? setTimeout(flush, intervalMs) : undefined;
    if (frames.length > 0) send(frames);
  };
  return {
    add: (frame) => {
      latest.set(frame.data.drive, frame);
      timer ??= setTimeout(flush, 0);
    },
    stop: () => {
      clearTimeout(timer);
    },
  };
};
