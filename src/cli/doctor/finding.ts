import type { ErrorCode } from '../../errors.js';

/** One thing that was looked at. */
export interface Finding {
  readonly what: string;
  readonly ok: boolean;
  readonly detail: string;
  /** Keeps from recording, and is what `doctor` ends with; what is not well and has none is a warning. */
  readonly code?: ErrorCode;
}
