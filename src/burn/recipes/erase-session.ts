import type { Medium } from '../../drive/medium.js';
import { lastClosedSession } from '../last-session.js';
import { blankAs, withoutSession } from './blank-steps.js';
import type { Treatment } from './recipe.js';

const MS = 60_000;

/**
 * MMC-5 §6.2, blanking type 6: the last session goes, and no other blanking may take its place. Where there is no other
 * session, that is the whole medium.
 */
export const eraseLastSession = (medium: Medium): Treatment | undefined => {
  const { kind, sessions } = medium;
  const first = lastClosedSession(medium);
  if (first === undefined) return undefined;
  const step = blankAs('session', medium);
  if (sessions === 1)
    return {
      steps: [step],
      expects: { kind, blank: true, status: 'empty', sessions: 0, recordedTracks: 0 },
      ms: MS,
    };
  return {
    steps: [{ ...step, alternatives: [] }],
    expects: withoutSession(medium, first),
    ms: MS,
    warnings: [
      { code: 'data-lost', detail: `Session ${sessions} will be lost; what was recorded before it stays.` },
    ],
  };
};
