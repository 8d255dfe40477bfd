/**
 * The machines of job, copy and attempt, written down once more for the soak: it must not learn from src/jobs what it
 * is to judge.
 */
export const MACHINES = {
  job: {
    held: ['queued', 'canceled'],
    queued: ['held', 'waiting', 'running', 'canceled'],
    waiting: ['queued', 'running', 'canceling', 'canceled'],
    running: ['waiting', 'canceling', 'completed', 'failed'],
    canceling: ['canceled', 'completed', 'failed'],
    completed: [],
    failed: [],
    canceled: [],
  },
  copy: {
    pending: ['active', 'skipped', 'canceled'],
    active: ['pending', 'good', 'bad', 'skipped', 'canceled'],
    good: [],
    bad: [],
    skipped: [],
    canceled: [],
  },
  attempt: {
    assigned: ['underway', 'refused', 'withdrawn'],
    underway: ['good', 'bad', 'unproven', 'interrupted', 'refused', 'withdrawn'],
    good: [],
    bad: [],
    unproven: [],
    interrupted: [],
    refused: [],
    withdrawn: [],
  },
};

/** @param {keyof typeof MACHINES} machine @param {string} state */
export const isFinal = (machine, state) => MACHINES[machine][state]?.length === 0;

/** @param {keyof typeof MACHINES} machine */
export const mayMove = (machine, from, to) => from === to || (MACHINES[machine][from]?.includes(to) ?? false);
