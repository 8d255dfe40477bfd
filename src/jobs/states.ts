/**
 * The machines of job, copy and attempt. The tables are the only source; types and the moves of the store follow
 * from them. Where two ways are equally short, the state that stands first is gone through.
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
  running: ['canceling', 'waiting', 'completed', 'failed'],
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

const isFinalIn =
  (table: Transitions) =>
  (state: string): boolean =>
    table[state]?.length === 0;

export const isFinalJob = isFinalIn(JOB_TRANSITIONS);
export const isFinalAttempt = isFinalIn(ATTEMPT_TRANSITIONS);

/**
 * The shortest way through a table, without its start; `undefined` where there is none. One event may mean several
 * moves, e.g. a queued job whose image cannot be made runs and fails; each move is made and told.
 */
export const wayTo = <S extends string>(
  table: Readonly<Record<S, readonly S[]>>,
  from: S,
  to: S,
): readonly S[] | undefined => {
  const ways: S[][] = [[]];
  const seen = new Set<S>([from]);
  for (const way of ways) {
    const here = way.at(-1) ?? from;
    if (here === to) return way;
    for (const next of table[here].filter((state) => !seen.has(state))) {
      seen.add(next);
      ways.push([...way, next]);
    }
  }
  return undefined;
};
