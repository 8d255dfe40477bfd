import { encodeList } from '../../binary/list.js';
import { sendCueSheet } from '../../scsi/commands/send-cue-sheet.js';
import { cueSheetEntry } from '../../scsi/structures/cue-sheet.js';
import type { PlannedCommand, Step } from '../step.js';
import { CD_FAMILY, blankIfErased } from './cd-family.js';
import { CD_WRITE_PARAMETERS } from './cd-write-parameters.js';
import type { Burn, Recipe } from './recipe.js';
import { closeBySynchronizing } from './close-steps.js';
import { check, synchronize, write } from './shared-steps.js';
import { setSpeedOfCd } from './speed-steps.js';
import { REFUSED, TIMEOUT_MS, orElse, orSkip, plannedCommand, stepOf } from './step-of.js';

const { endTestWrite, setParameters, selectForClosing } = CD_WRITE_PARAMETERS;

const FRAMES_PER_SECOND = 75;
/** Two seconds before the first track, which the host sends as well. */
const PRE_GAP = 2 * FRAMES_PER_SECOND;
const LEAD_IN = 4500;

/** MMC-5 §6.33.3: mode 1, of which the host sends 2,048 bytes, or nothing while the drive makes the sectors. */
const MAIN_FORM = { data: 0x10, byDrive: 0x14 } as const;
const ADR_POSITION = 1;
const DATA_TRACK = 4;
const LEAD_OUT_TRACK = 0xaa;

interface Entry {
  readonly track: number;
  readonly index: number;
  readonly mainForm: number;
  /** Frames since 00:00:00. */
  readonly frames: number;
}

const entryOf = ({ track, index, mainForm, frames }: Entry) => ({
  control: DATA_TRACK,
  adr: ADR_POSITION,
  trackNumber: track,
  index,
  subchannelForm: 0,
  mainForm,
  serialCopyManagement: 0,
  minute: Math.floor(frames / (60 * FRAMES_PER_SECOND)),
  second: Math.floor(frames / FRAMES_PER_SECOND) % 60,
  frame: frames % FRAMES_PER_SECOND,
});

/** One data track with its pre-gap between lead-in and lead-out; `leadIn` in frames since 00:00:00. */
const cueSheet = ({ placement }: Burn, leadIn: number): Uint8Array => {
  const { track, start, blocks, padding } = placement;
  const entries: Entry[] = [
    { track: 0, index: 0, mainForm: MAIN_FORM.byDrive, frames: leadIn },
    { track, index: 0, mainForm: MAIN_FORM.data, frames: start },
    { track, index: 1, mainForm: MAIN_FORM.data, frames: start + PRE_GAP },
    {
      track: LEAD_OUT_TRACK,
      index: 1,
      mainForm: MAIN_FORM.byDrive,
      frames: start + blocks + padding + PRE_GAP,
    },
  ];
  return encodeList(cueSheetEntry, entries.map(entryOf));
};

const sending = (data: Uint8Array): PlannedCommand =>
  plannedCommand(sendCueSheet, { cueSheetSize: data.length }, { data, timeoutMs: TIMEOUT_MS.long });

/** Where the lead-in of the first session begins is in the ATIP, by which a CD's maker is known: `97:24.01`. */
const leadInOf = ({ medium, placement }: Burn): number | undefined => {
  if (placement.session > 1) return placement.start - LEAD_IN;
  const time = /^(\d{2}):(\d{2})\.(\d{2})$/.exec(medium.identity?.type ?? '');
  if (!time) return undefined;
  const [minute = 0, second = 0, frame = 0] = time.slice(1).map(Number);
  return (minute * 60 + second) * FRAMES_PER_SECOND + frame;
};

/**
 * The document has the lead-in's own time in the sheet, LG and Pioneer drives want 00:00:00, as libburn and cdrecord
 * send it; cdrdao tries both. A sheet that is refused in both forms ends the attempt: some programs went on, and
 * "recorded" a disc that stayed blank.
 */
const sendCue = (burn: Burn): Step => {
  const leadIn = leadInOf(burn);
  return stepOf({
    do: 'send-cue-sheet',
    phase: 'calibrate',
    title: 'Send the cue sheet of the session',
    command: sending(cueSheet(burn, 0)),
    alternatives: leadIn === undefined ? [] : [orElse(sending(cueSheet(burn, leadIn)), ['5/26/*'])],
  });
};

/**
 * By write type SAO some drives tell the address of the pre-gap instead of the next writable one (libburn): whoever asks
 * does so by TAO, be it that another program left SAO behind. A drive without TAO has nothing else to tell.
 */
const trackAtOnce = (burn: Burn, phase: Step['phase'], on: string[], title: string): Step => {
  const step = selectForClosing('tao', 'session', burn);
  return { ...step, phase, title, alternatives: [...step.alternatives, orSkip(on)] };
};

const beforeCheck = (burn: Burn): Step =>
  trackAtOnce(
    burn,
    'calibrate',
    REFUSED,
    'Set the write parameters: track at once, by which a drive tells its next writable block',
  );

/** The session is closed or lost by then: whatever a drive has against it, nothing is the worse for it. */
const forWhoeverAsksNext = (burn: Burn): Step =>
  trackAtOnce(
    burn,
    'close',
    ['*/*/*'],
    'Set the write parameters back to track at once, for whoever asks for the next writable block',
  );

/** A drive without TAO is at least not left in its test mode. */
const endTest = (burn: Burn): Step => endTestWrite(['tao', 'sao'], burn);

const ending = (burn: Burn): readonly Step[] => {
  if (burn.options.simulate) return [{ ...synchronize, alters: false }, endTest(burn)];
  return burn.closes === 'disc'
    ? [closeBySynchronizing('disc')]
    : [closeBySynchronizing('session'), forWhoeverAsksNext(burn)];
};

/** CD-R and CD-RW, one data track in a session that a cue sheet lays out: no run-out blocks, no CLOSE SESSION. */
export const cdSao: Recipe = {
  ...CD_FAMILY,
  name: 'cd-sao',
  features: [0x2e],
  writeMode: 'sao',
  canOverburn: true,
  steps: (burn) => [
    ...blankIfErased(burn),
    ...setSpeedOfCd(burn),
    beforeCheck(burn),
    check,
    setParameters('sao', burn),
    sendCue(burn),
    write(burn, cdSao.blocksPerCommand, PRE_GAP),
    ...ending(burn),
  ],
  recovery: (burn) => [synchronize, burn.options.simulate ? endTest(burn) : forWhoeverAsksNext(burn)],
};
