import { type ErrorCode, isSpindleError } from '../errors.js';

/** What a daemon that is being restarted is known by. */
const AWAY: ReadonlySet<ErrorCode> = new Set(['daemon-unreachable', 'daemon-stopping']);

/** The daemon may be back in a moment. */
export const isAway = (error: unknown): boolean => isSpindleError(error) && AWAY.has(error.code);
