/**
 * The machines of job, copy and attempt. The tables are the only source: types, the checks of the store and the
 * constraints of the database follow from them.
 *
 *   job      held ─► queued ─► waiting ⇄ running ─► completed | failed
 *              ⇅ hold          │  needs a person     │
 *              └──► canceled ◄─┴──── canceling ◄─────┘
 *   copy     pending ⇄ active ─► good | bad | skipped | canceled
 *   attempt  assigned ─► underway ─► good | bad | unproven | interrupted | refused | withdrawn
 */
type Transitions = Readonly<Record<string, readonly string[]>>;

export const JOB_TRANSITIONS = {
  held: ['queued', 'canceled'],
  queued: ['held', 'waiting', 'running', 'canceled'],
  waiting: ['queued', 'running', 'canceling', 'canceled'],
  running: ['waiting', 'canceling', 'completed', 'failed'],
  canceling: ['canceled', 'completed', 'failed'],
  completed: [],
  failed: [],
  canceled: [],
} as const satisfies Transitions;

export const COPY_TRANSITIONS = {
  pending: ['active', 'skipped', 'canceled'],
  active: ['good', 'bad', 'skipped', 'canceled', 'pending'],
  good: [],
  bad: [],
  skipped: [],
  canceled: [],
} as const satisfies Transitions;

/** An attempt that no worker ever took up is refused or withdrawn without having been underway. */
export const ATTEMPT_TRANSITIONS = {
  assigned: ['underway', 'refused', 'withdrawn'],
  underway: ['good', 'bad', 'unproven', 'interrupted', 'refused', 'withdrawn'],
  good: [],
  bad: [],
  unproven: [],
  interrupted: [],
  refused: [],
  withdrawn: [],
} as const satisfies Transitions;

export type JobState = keyof typeof JOB_TRANSITIONS;
export type CopyState = keyof typeof COPY_TRANSITIONS;
export type AttemptState = keyof typeof ATTEMPT_TRANSITIONS;

const statesOf = <T extends Transitions>(table: T): (keyof T & string)[] => Object.keys(table);

export const JOB_STATES = statesOf(JOB_TRANSITIONS);
export const COPY_STATES = statesOf(COPY_TRANSITIONS);
export const ATTEMPT_STATES = statesOf(ATTEMPT_TRANSITIONS);
