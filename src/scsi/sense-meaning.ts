import type { ErrorCode } from '../errors.js';
import { senseText } from './sense-text.js';
import { type Sense, formatSense } from './sense.js';

/**
 * What is to be done about a command that ended with CHECK CONDITION:
 *
 * - `success`: nothing, the command did its work; worth a line in the log
 * - `wait`: wait with TEST UNIT READY until the drive is ready, then go on
 * - `wait-briefly`: the same, but for seconds only; some USB bridges say this for ever
 * - `start`: the drive wants START STOP UNIT first
 * - `repeat`: send the same command again after a pause; the drive took nothing of it
 * - `repeat-once`: once more, if it was a question; what alters the medium may have been done in part, or the buffer
 *   that it was about may be gone, so that a second answer would prove nothing
 * - `renegotiate`: medium or drive is not what it was: while recording stop, else read everything anew
 * - `refused`: the drive does not know it, or not so: take the next alternative, if there is one
 * - `stop`: end what is being done
 */
export type SenseRule =
  | 'success'
  | 'wait'
  | 'wait-briefly'
  | 'start'
  | 'repeat'
  | 'repeat-once'
  | 'renegotiate'
  | 'refused'
  | 'stop';

type Row = readonly [ErrorCode, SenseRule];

/**
 * Keys are written as `formatSense` writes them, `*` standing for any; the most exact row counts. Rows without a
 * clause follow what libburn, growisofs, cdrecord and cdrdao do on the same sense, and Pioneer's command references.
 */
const MEANINGS: Readonly<Record<string, Row>> = {
  // A few USB bridges end commands with this that worked, which is no proof for what alters the medium.
  '0/*': ['drive-fault', 'success'],
  '1/*': ['drive-fault', 'success'],

  '2/*': ['drive-fault', 'stop'],
  '2/04/*': ['drive-becoming-ready', 'wait-briefly'],
  '2/04/01': ['drive-becoming-ready', 'wait'],
  '2/04/02': ['drive-becoming-ready', 'start'],
  '2/04/03': ['drive-faulted', 'stop'],
  '2/04/04': ['drive-busy', 'wait'],
  '2/04/07': ['drive-busy', 'wait'],
  '2/04/08': ['drive-busy', 'repeat'],
  '2/06/*': ['medium-unreadable', 'stop'],
  '2/30/*': ['medium-unsupported', 'stop'],
  '2/3A/*': ['medium-not-present', 'stop'],
  '2/3E/*': ['medium-unreadable', 'stop'],
  '2/53/*': ['drive-faulted', 'stop'],

  '3/*': ['medium-unreadable', 'stop'],
  // Seeking, tracking and positioning fail in the same words while reading and while writing; the step knows which.
  '3/02/*': ['medium-unreadable', 'stop'],
  '3/03/*': ['write-failed', 'stop'],
  '3/09/*': ['medium-unreadable', 'stop'],
  '3/0C/*': ['write-failed', 'stop'],
  '3/10/*': ['medium-unreadable', 'stop'],
  '3/11/*': ['medium-unreadable', 'stop'],
  '3/15/*': ['medium-unreadable', 'stop'],
  '3/30/*': ['medium-unsupported', 'stop'],
  '3/31/00': ['medium-needs-erase', 'stop'],
  '3/31/*': ['format-failed', 'stop'],
  '3/32/*': ['write-failed', 'stop'],
  '3/51/*': ['erase-failed', 'stop'],
  '3/57/*': ['medium-unreadable', 'stop'],
  '3/72/*': ['close-failed', 'stop'],
  // "Almost full" (73/01, 06, 10) is a warning with key 1; with key 3 the command failed that was told so.
  '3/73/*': ['calibration-failed', 'stop'],
  '3/73/04': ['write-failed', 'stop'],
  '3/73/05': ['medium-full', 'stop'],
  '3/73/17': ['medium-full', 'stop'],

  '4/*': ['drive-fault', 'stop'],
  '4/08/*': ['drive-fault', 'repeat-once'],
  '4/09/*': ['drive-fault', 'repeat-once'],
  '4/15/*': ['drive-fault', 'repeat-once'],
  '4/1B/*': ['drive-fault', 'repeat-once'],
  '4/3E/*': ['drive-fault', 'repeat-once'],
  '4/44/*': ['drive-fault', 'repeat-once'],

  '5/*': ['command-refused', 'refused'],
  '5/21/*': ['command-refused', 'stop'],
  // After a bus reset the host may repeat a WRITE that the drive had taken (Debian 789260): nobody proves which one,
  // though the next address may be as if it were so.
  '5/21/02': ['write-failed', 'stop'],
  // Where SYNCHRONIZE CACHE helps, the step says so.
  '5/2C/00': ['command-refused', 'stop'],
  '5/30/*': ['medium-unsupported', 'stop'],
  '5/53/02': ['tray-locked', 'stop'],
  '5/55/*': ['drive-fault', 'stop'],
  '5/5D/*': ['drive-fault', 'stop'],
  '5/63/*': ['medium-full', 'stop'],
  // The page of write parameters does not fit the track; a DVD-RW blanked minimally takes no increments, which is known
  // beforehand by its features: the page that was refused is not sent again.
  '5/64/*': ['write-failed', 'stop'],
  '5/6F/*': ['command-refused', 'stop'],
  // Tracks are closed before their session, so that 72/03 tells of one that was not.
  '5/72/*': ['close-failed', 'stop'],
  '5/73/*': ['calibration-failed', 'stop'],

  // A unit attention is told instead of doing the command.
  '6/*': ['drive-fault', 'repeat'],
  '6/28/*': ['medium-changed', 'renegotiate'],
  '6/29/*': ['drive-reset', 'renegotiate'],
  // Somebody changed a mode page. That of write parameters counts when a track is begun and its session closed: both is
  // proven afterwards.
  '6/2A/*': ['drive-fault', 'renegotiate'],
  '6/2E/00': ['drive-busy', 'wait'],
  '6/3F/*': ['drive-fault', 'renegotiate'],
  // Somebody presses the button or asks for write protection: not while a medium is recorded.
  '6/5A/*': ['drive-fault', 'repeat'],

  '7/*': ['command-refused', 'stop'],
  '7/27/*': ['medium-write-protected', 'stop'],
  '8/*': ['medium-unreadable', 'stop'],
  'B/*': ['drive-fault', 'repeat-once'],
};

const UNKNOWN: Row = ['drive-fault', 'stop'];

export interface SenseMeaning {
  /** The row of errors.ts where the failure is told to a client. */
  readonly code: ErrorCode;
  readonly rule: SenseRule;
  /** The standard's text. */
  readonly title: string;
}

/** What the sense of a command means, and what is to be done; a deferred error ends a recording, its command being gone. */
export const senseMeaning = (sense: Sense): SenseMeaning => {
  const exact = formatSense(sense);
  const [code, rule] =
    MEANINGS[exact] ?? MEANINGS[`${exact.slice(0, 4)}/*`] ?? MEANINGS[`${exact.slice(0, 1)}/*`] ?? UNKNOWN;
  return { code, rule: sense.deferred && sense.key > 1 ? 'stop' : rule, title: senseText(sense) };
};
