import type { Failure } from '../../errors.js';
import type { StoreEvent } from '../events.js';
import type { Transactions } from './store.js';

/** What the store thread is started with. */
export interface ThreadData {
  readonly path: string;
  /** Folder of the migrations. */
  readonly migrations: string;
}

/** One transaction that is asked for, or the end of the thread. */
export type StoreRequest =
  { readonly id: number; readonly verb: keyof Transactions; readonly args: readonly unknown[] } | 'close';

/** `bug` is the stack of what was not foreseen; it goes to the log and to nobody else. */
export type StoreReply =
  | { readonly op: 'ready' }
  | { readonly op: 'refused'; readonly failure: Failure; readonly bug?: string }
  | {
      readonly op: 'answer';
      readonly id: number;
      readonly answer: unknown;
      readonly events: readonly StoreEvent[];
    }
  | { readonly op: 'failed'; readonly id: number; readonly failure: Failure; readonly bug?: string };
