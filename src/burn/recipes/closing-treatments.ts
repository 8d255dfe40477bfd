import type { Medium, MediumKind } from '../../drive/medium.js';
import type { MediumExpectation } from '../medium-expectation.js';
import { isSessionOpen, openTrackOf } from '../open-session.js';
import type { PlanWarning } from '../plan.js';
import type { Step } from '../step.js';
import type { Recipe, Treatment } from './recipe.js';
import { close, closeTrackOnceMore } from './close-steps.js';
import { synchronize } from './shared-steps.js';

/** Lead-in and lead-out, or closure and intro, at the speed of the slowest drives. */
const CLOSING_MS = 3 * 60_000;

/**
 * Drives finalize these by themselves with the last session that fits or has a number (Pioneer's command references, of
 * DVD+R DL): whether another one can follow is found and not foretold.
 */
const FINALIZED_WHEN_FULL: ReadonlySet<MediumKind> = new Set(['dvd+r', 'dvd+r-dl']);

const statusAfter = ({ kind }: Medium, what: 'disc' | 'session'): Pick<MediumExpectation, 'status'> => {
  if (what === 'disc') return { status: 'complete' };
  return FINALIZED_WHEN_FULL.has(kind) ? {} : { status: 'appendable' };
};

/** Steps that close what is open, and the medium that they leave. */
export const closingTreatment = (
  medium: Medium,
  what: 'disc' | 'session',
  steps: readonly Step[],
): Treatment => ({
  steps,
  expects: {
    kind: medium.kind,
    ...statusAfter(medium, what),
    sessions: medium.sessions + (isSessionOpen(medium) ? 1 : 0),
  },
  ms: CLOSING_MS,
});

export const closeSession = close('session', [2]);

const closeTracks = (medium: Medium): Step[] => {
  const track = openTrackOf(medium);
  return track === undefined ? [] : [synchronize, closeTrackOnceMore(track.number)];
};

export const CLOSES_DISC: PlanWarning = {
  code: 'closes-disc',
  detail: 'The disc is closed, since another session cannot follow what was recorded on it.',
};

/**
 * Of DVD+R and BD-R, which want no write parameters: whatever is open is closed, then the session or, by `closeDisc`, the
 * disc. With pseudo overwrite drives close no session but by the disc (Novell 656502).
 */
export const closesByFunctions = (
  closeDisc: Step,
): {
  readonly close: NonNullable<Recipe['close']>;
  readonly recover: (medium: Medium) => Treatment | undefined;
} => {
  const closing = (medium: Medium, asked: 'disc' | 'session'): Treatment => {
    const what = medium.pseudoOverwrite === true ? 'disc' : asked;
    const last = what === 'disc' ? closeDisc : closeSession;
    return {
      ...closingTreatment(medium, what, [...closeTracks(medium), last]),
      ...(what !== asked && { warnings: [CLOSES_DISC] }),
    };
  };
  return {
    close: (medium, what) => (what === 'disc' || isSessionOpen(medium) ? closing(medium, what) : undefined),
    recover: (medium) => (isSessionOpen(medium) ? closing(medium, 'session') : undefined),
  };
};
