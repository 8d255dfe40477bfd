import type { Medium } from '../drive/medium.js';
import type { MediumExpectation } from './medium-expectation.js';
import type { Step } from './step.js';

type Prediction = (before: MediumExpectation, step: Step) => MediumExpectation;

const recordedTracks = ({ tracks }: Medium): number => tracks.filter(({ blank }) => !blank).length;

/** A medium as an expectation: that it is found again as it is. Overwritable media tell nothing but their format. */
const expectationOf = (medium: Medium): MediumExpectation =>
  medium.overwritable
    ? { kind: medium.kind, formatted: medium.formatted }
    : {
        kind: medium.kind,
        status: medium.status,
        sessions: medium.sessions,
        recordedTracks: recordedTracks(medium),
        ...(medium.nextWritable !== undefined && { nextWritable: medium.nextWritable }),
      };

const isSequential = (expected: MediumExpectation): boolean => expected.status !== undefined;

const unchanged: Prediction = (before) => before;

/** Where the next block could go is for the drive to say: link blocks and gaps differ. */
const written: Prediction = (before, { transfer }) => {
  if (transfer === undefined) return before;
  const start = transfer.start + transfer.leading;
  const { blocks } = transfer;
  if (!isSequential(before))
    return {
      kind: before.kind,
      formatted: true,
      readable: Math.max(start + blocks, before.readable ?? 0),
    };
  return {
    kind: before.kind,
    status: 'appendable',
    sessions: before.sessions ?? 0,
    recordedTracks: (before.recordedTracks ?? 0) + 1,
    track: { start, blocks },
  };
};

const closed =
  (status: 'appendable' | 'complete'): Prediction =>
  (before) =>
    isSequential(before)
      ? {
          ...before,
          status,
          sessions: (before.sessions ?? 0) + 1,
          ...(before.track && { readable: before.track.start + before.track.blocks }),
        }
      : before;

const PREDICTIONS: Readonly<Record<Step['do'], Prediction>> = {
  lock: unchanged,
  blank: ({ kind }) => ({ kind, status: 'empty', sessions: 0, recordedTracks: 0, nextWritable: 0 }),
  format: ({ kind }) => ({ kind, formatted: true }),
  'set-speed': unchanged,
  'set-parameters': unchanged,
  'set-layer-break': unchanged,
  check: unchanged,
  'send-cue-sheet': unchanged,
  reserve: unchanged,
  'set-layer-jump': unchanged,
  invalidate: (before) => ({ ...before, contents: 'none' }),
  write: written,
  synchronize: unchanged,
  'read-zeros': unchanged,
  'repair-track': unchanged,
  'close-track': unchanged,
  'stop-format': unchanged,
  'close-session': closed('appendable'),
  'close-disc': closed('complete'),
  prove: unchanged,
  digest: unchanged,
  verify: unchanged,
  read: unchanged,
  unlock: unchanged,
  eject: unchanged,
};

/** The medium after a step that went well. A step that alters nothing, such as a test write, leaves it as it was. */
export const predict = (before: MediumExpectation, step: Step): MediumExpectation =>
  step.alters ? (step.leaves ?? PREDICTIONS[step.do](before, step)) : before;

/** The steps, each with the medium that it must leave behind. */
export const foretell = (medium: Medium, steps: readonly Step[]): Step[] => {
  let expects = expectationOf(medium);
  return steps.map((step) => {
    expects = predict(expects, step);
    return { ...step, expects };
  });
};
