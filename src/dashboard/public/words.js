import { formatCount, formatKind, percentOf } from './format.js';

/** What states, phases and reasons are called on the page, and in which tone. */

export const PHASE_WORDS = {
  load: 'Loading',
  wait: 'Waiting for the drive',
  format: 'Formatting',
  calibrate: 'Calibrating',
  write: 'Writing',
  close: 'Closing',
  read: 'Reading',
  verify: 'Verifying',
  unload: 'Ejecting',
};

const PHASE_TONES = { write: 'write', close: 'write', read: 'verify', verify: 'verify' };
export const phaseTone = (phase) => PHASE_TONES[phase] ?? 'work';

const JOB_WORDS = {
  held: { word: 'Held', tone: 'idle' },
  queued: { word: 'Queued', tone: 'idle' },
  waiting: { word: 'Needs you', tone: 'warn' },
  running: { word: 'Running', tone: 'write' },
  canceling: { word: 'Canceling', tone: 'warn' },
  completed: { word: 'Done', tone: 'good' },
  failed: { word: 'Failed', tone: 'bad' },
  canceled: { word: 'Canceled', tone: 'idle' },
};

/** `{word, tone}` of a job. */
export const jobWords = ({ state, outcome, phase, image }, images) => {
  if (state === 'completed' && outcome === 'partial') return { word: 'Partly good', tone: 'warn' };
  if (state === 'running' && phase) return { word: PHASE_WORDS[phase] ?? 'Running', tone: phaseTone(phase) };
  const made = images?.get(image);
  if (state === 'queued' && made?.state === 'mastering' && made.type !== 'read')
    return { word: 'Making the image', tone: 'work' };
  return JOB_WORDS[state] ?? { word: state, tone: 'idle' };
};

const IMAGE_PHASE_WORDS = {
  import: 'Reading the disc that it continues',
  scan: 'Finding the files',
  digest: 'Checking the files',
  write: 'Writing the image',
  spool: 'Copying the files',
};

/** `Finding the files: 12,345`, `Copying the files: 42 %` */
export const imageProgressWords = ({ phase, done, total, files }) => {
  const what = IMAGE_PHASE_WORDS[phase] ?? phase;
  if (total > 0) return `${what}: ${percentOf({ done, total })} %`;
  const found = phase === 'import' ? files : done;
  return found ? `${what}: ${formatCount(found)}` : what;
};

const ATTEMPT_WORDS = {
  assigned: { word: 'Starting', tone: 'work' },
  underway: { word: 'Underway', tone: 'work' },
  good: { word: 'Good', tone: 'good' },
  bad: { word: 'Bad', tone: 'bad' },
  unproven: { word: 'Not proven', tone: 'warn' },
  interrupted: { word: 'Interrupted', tone: 'bad' },
  refused: { word: 'Refused', tone: 'warn' },
  withdrawn: { word: 'Withdrawn', tone: 'idle' },
};
export const attemptWords = ({ state }) => ATTEMPT_WORDS[state] ?? { word: state, tone: 'idle' };

const COPY_WORDS = {
  pending: { word: 'Pending', tone: 'idle' },
  active: { word: 'Active', tone: 'write' },
  good: { word: 'Good', tone: 'good' },
  bad: { word: 'Bad', tone: 'bad' },
  skipped: { word: 'Skipped', tone: 'idle' },
  canceled: { word: 'Canceled', tone: 'idle' },
};
export const copyWords = (state) => COPY_WORDS[state] ?? { word: state, tone: 'idle' };

const REASON_WORDS = {
  draining: 'the daemon begins no more discs',
  'drive-disabled': 'is switched off',
  'drives-draining': 'takes no new work',
  'drives-busy': 'is busy',
  'drive-leased': 'is leased',
  'insert-blank': 'insert a blank disc',
  'insert-medium': 'insert the disc',
  'wrong-medium': 'insert another disc',
  'medium-not-blank': 'the disc is not blank; insert a blank one',
  'medium-not-erasable': 'the disc cannot be erased; insert another',
  'medium-too-small': 'the disc is too small; insert a larger one',
  'medium-unsupported': 'the disc cannot be recorded; insert another',
  'medium-write-protected': 'the disc is write-protected',
  'image-not-ready': 'the image is being made',
  'no-capable-drive': 'there is no drive that can do it',
  'plan-refused': 'the drive refuses',
};

/** `bay-1: insert a blank disc` */
export const reasonText = ({ code, drive, detail }, drives, problems) => {
  const what = REASON_WORDS[code] ?? problems[code]?.title ?? code.replaceAll('-', ' ');
  const who = drive === undefined ? '' : `${drives.get(drive)?.name ?? drive}: `;
  return `${who}${what}${detail === undefined ? '' : ` (${detail})`}`;
};

const TYPE_WORDS = {
  data: 'Data disc',
  image: 'Image',
  erase: 'Erase',
  format: 'Format',
  verify: 'Verify',
  read: 'Read disc',
  copy: 'Copy disc',
  close: 'Close disc',
  recover: 'Recover disc',
};
/** Jobs without a name are told apart by what their image is called, once it is made. */
export const jobName = ({ label, type, image }, images) => {
  if (label !== undefined) return label;
  const what = TYPE_WORDS[type] ?? type;
  const volume = images?.get(image)?.summary?.volumeIdentifier;
  return volume ? `${what} “${volume}”` : what;
};

/** `Blank DVD+R`, or what is known of the recording that is on it. */
export const mediumWords = (medium) => {
  const kind = formatKind(medium.kind);
  if (isBlank(medium)) return `Blank ${kind}`;
  return medium.volumeIdentifier ? `${kind} “${medium.volumeIdentifier}”` : `Recorded ${kind}`;
};

/** Nothing is lost by recording: the daemon tells it of every medium, with what speaks for it. */
export const isBlank = ({ blankness }) => blankness.probable;

/** What a person should know of a medium before using it; its other states show anyway. */
const STATE_WORDS = {
  damaged: 'damaged',
  'non-empty-session': 'unfinished session',
  'erase-required': 'must be erased first',
  'final-session': 'one more session',
  'write-protected': 'write-protected',
  unsupported: 'read only',
};

export const stateWords = ({ states }) => states.map((state) => STATE_WORDS[state]).filter(Boolean);
