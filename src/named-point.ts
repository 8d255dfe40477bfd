import { channel } from 'node:diagnostics_channel';

/** A moment at which something is about to last, or just does: what follows a death there differs from what follows one elsewhere. */
export type NamedPoint =
  /** A transaction of the database that changed something. */
  | { readonly at: 'transaction'; readonly verb: string; readonly args: readonly unknown[] }
  /** An entry of an attempt's journal. */
  | { readonly at: 'journal'; readonly entry: { readonly kind: string; readonly phase?: string } }
  /** A migration of the database, which stands in a transaction of its own. */
  | { readonly at: 'migration'; readonly version: number }
  /** A file that is there in full or not at all gets its name. */
  | { readonly at: 'file'; readonly path: string };

/** What a listener is told; it runs on the thread that has come here, which goes on when it returns. */
export interface Passage {
  readonly side: 'before' | 'after';
  readonly point: NamedPoint;
}

const passages = channel('spindle:named-point');

/** Nobody listens but tests, which are loaded into our processes and kill them here. */
export const isWatched = (): boolean => passages.hasSubscribers;

export const pass = (side: Passage['side'], point: NamedPoint): void => {
  if (passages.hasSubscribers) passages.publish({ side, point } satisfies Passage);
};
