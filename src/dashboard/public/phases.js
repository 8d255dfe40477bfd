/** Phases of an attempt, in the order in which they come. */
const PHASES = ['load', 'wait', 'format', 'calibrate', 'write', 'close', 'read', 'verify', 'unload'];

/**
 * Events come at once, progress a few times a second: what it says may be of a phase that has been left. Where an
 * event has said nothing yet, it is not behind.
 */
export const isBehind = (phase, begun) => PHASES.indexOf(phase) < PHASES.indexOf(begun);
