import { percentOf } from './format.js';
import { attemptWords, isBlank, PHASE_WORDS, phaseTone } from './words.js';

/**
 * What a drive looks like: {word, tone, mark, fill, percent?}. `mark` is what the disc shows beside its color, so that
 * nothing is told by color alone; `fill` is how much of the disc is recorded, 0 to 1.
 */

const working = ({ attempt, progress, phase: begun }) => {
  if (!attempt) return undefined;
  const phase = progress?.phase ?? begun;
  const percent = progress && percentOf(progress);
  const isLater = phase === 'close' || phase === 'unload';
  return {
    word: PHASE_WORDS[phase] ?? 'Starting',
    tone: phaseTone(phase),
    mark: 'none',
    fill: isLater ? 1 : (percent ?? 0) / 100,
    percent,
    spins: true,
  };
};

const HOLDINGS = {
  absent: { word: 'Absent', tone: 'off', mark: 'absent', fill: 0 },
  faulted: { word: 'Faulted', tone: 'bad', mark: 'fault', fill: 0 },
  recovering: { word: 'Looking at the disc', tone: 'work', mark: 'none', fill: 0 },
};

const heldByUs = ({ holding }) => HOLDINGS[holding];

const recorded = (medium) => (medium.capacity > 0 ? Math.min(1, medium.readable / medium.capacity) : 0);
const fillOf = ({ medium }) => (medium && !isBlank(medium) ? Math.max(0.05, recorded(medium)) : 0);

const heldByOthers = (drive) => {
  if (drive.holding === 'foreign-busy')
    return { word: 'In use elsewhere', tone: 'other', mark: 'lock', fill: fillOf(drive) };
  return drive.holding === 'leased'
    ? { word: 'Leased', tone: 'other', mark: 'lock', fill: fillOf(drive) }
    : undefined;
};

const RESULT_MARKS = { good: 'good', bad: 'bad', interrupted: 'bad', unproven: 'doubt', refused: 'doubt' };

const ended = (drive, result) => {
  const mark = RESULT_MARKS[result?.state];
  if (mark === undefined) return undefined;
  return { ...attemptWords(result), mark, fill: mark === 'doubt' ? fillOf(drive) : 1 };
};

const CONTENTS = {
  open: { word: 'Tray open', tone: 'idle', mark: 'open', fill: 0 },
  empty: { word: 'Empty', tone: 'off', mark: 'empty', fill: 0 },
  loading: { word: 'Loading', tone: 'work', mark: 'none', fill: 0, spins: true },
};

const idle = (drive) =>
  CONTENTS[drive.contents] ??
  (drive.medium && isBlank(drive.medium)
    ? { word: 'Ready', tone: 'ready', mark: 'none', fill: 0 }
    : { word: 'Holds a recording', tone: 'idle', mark: 'none', fill: fillOf(drive) });

const switchedOff = ({ enabled }) =>
  enabled ? undefined : { word: 'Switched off', tone: 'off', mark: 'absent', fill: 0 };

/** The first that applies, as the daemon tells who holds a drive: our own use of it is most certain. */
const RULES = [working, heldByUs, switchedOff, heldByOthers, ended, idle];

export const faceOf = (drive, result) => {
  for (const rule of RULES) {
    const face = rule(drive, result);
    if (face) return face;
  }
  throw new Error('the last rule always applies');
};
