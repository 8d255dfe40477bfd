import type { Medium } from '../../drive/medium.js';
import { blankAs, withoutSession } from './blank-steps.js';
import { isSessionOpen } from './closing-treatments.js';
import type { Treatment } from './recipe.js';

/** A session that is not closed has no end by which a drive would find what belongs to it. */
const isClosed = (medium: Medium): boolean => !isSessionOpen(medium) && medium.lastSession !== 'damaged';

const MS = 60_000;

/**
 * MMC-5 §6.2, blanking type 6: the last session goes, and no other blanking may take its place. Where there is no other
 * session, that is the whole medium.
 */
export const eraseLastSession = (medium: Medium): Treatment | undefined => {
  const { kind, sessions, tracks } = medium;
  const first = tracks.find(({ session, blank }) => session === sessions && !blank);
  if (first === undefined || !isClosed(medium)) return undefined;
  const step = blankAs('session', medium);
  if (sessions === 1)
    return {
      steps: [step],
      expects: { kind, blank: true, status: 'empty', sessions: 0, recordedTracks: 0 },
      ms: MS,
    };
  const expects = withoutSession(medium, first);
  return {
    steps: [{ ...step, alternatives: [], leaves: expects }],
    expects,
    ms: MS,
    warnings: [
      { code: 'data-lost', detail: `Session ${sessions} will be lost; what was recorded before it stays.` },
    ],
  };
};
