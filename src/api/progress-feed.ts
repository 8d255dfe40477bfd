import type { Fleet } from '../fleet/fleet.js';
import type { ImagesUnderway } from '../fleet/images-underway.js';
import type { ServerFrame } from '../jobs/frames.js';

export type ProgressFrame = Extract<ServerFrame, { op: 'progress' }>;

/** `about` is what has one progress at a time; without a frame it has none any more. */
type Listener = (about: string, frame: ProgressFrame | undefined) => void;

export interface ProgressFeed {
  listen(listener: Listener): () => void;
  stop(): void;
}

interface Sources {
  readonly fleet: Pick<Fleet, 'onProgress'>;
  readonly underway: Pick<ImagesUnderway, 'onProgress'>;
}

/** Progress of all attempts and images as frames; each client thins it out for itself. */
export const listenToProgress = ({ fleet, underway }: Sources): ProgressFeed => {
  const listeners = new Set<Listener>();
  const tell: Listener = (about, frame) => {
    for (const listener of listeners) listener(about, frame);
  };

  /** By what has one progress at a time: whose it is, and how often there was any. */
  const counts = new Map<string, { of: string; n: number }>();
  const next = (about: string, of: string): number => {
    const before = counts.get(about);
    const n = before?.of === of ? before.n + 1 : 1;
    counts.set(about, { of, n });
    return n;
  };

  const stopAttempts = fleet.onProgress((drive, ref, progress) => {
    const topic = `jobs/${ref.job}`;
    const about = `drives/${drive}`;
    const n = next(about, `${topic}/${ref.copy}/${ref.attempt}`);
    tell(about, { op: 'progress', topic, n, data: { ...ref, drive, ...progress } });
  });

  const stopImages = underway.onProgress((image, progress) => {
    const topic = `images/${image}`;
    if (!progress) counts.delete(topic);
    tell(topic, progress && { op: 'progress', topic, n: next(topic, topic), data: { image, ...progress } });
  });
  return {
    listen: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop: () => {
      stopAttempts();
      stopImages();
    },
  };
};

/** Lets the latest frame of each attempt and image through, so often and no oftener; between them the older ones are dropped. */
export const thinOut = (
  intervalMs: number,
  send: (frames: readonly ProgressFrame[]) => void,
): { readonly add: Listener; stop: () => void } => {
  const latest = new Map<string, ProgressFrame>();
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    const frames = [...latest.values()];
    latest.clear();
    timer = frames.length > 0 ? setTimeout(flush, intervalMs) : undefined;
    if (frames.length > 0) send(frames);
  };
  return {
    add: (about, frame) => {
      if (!frame) {
        latest.delete(about);
        return;
      }
      latest.set(about, frame);
      timer ??= setTimeout(flush, 0);
    },
    stop: () => {
      clearTimeout(timer);
    },
  };
};
