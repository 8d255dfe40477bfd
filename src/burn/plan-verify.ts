import type { DriveReport } from '../drive/drive.js';
import { type Medium, type MediumKind, holdsRecording, isBlank } from '../drive/medium.js';
import { familyOf } from '../drive/medium-fingerprint.js';
import { isReadOnly } from '../drive/medium-kind.js';
import { DATA_UNIT, type ImageSummary, type Part } from '../image/image.js';
import { commonOf, withHash } from './compose-plan.js';
import type { Decision, Span } from './plan.js';
import { readingMs } from './reading-ms.js';
import type { Refusal } from './refusal.js';
import { check, verifying } from './recipes/shared-steps.js';
import { stepOf } from './recipes/step-of.js';
import { refuseContents } from './refusals.js';
import type { UseOf } from './use.js';

const digest = stepOf({
  do: 'digest',
  phase: 'load',
  title: 'Read the image once for its digests, unless they are known',
});

/** The parts of an image that can be compared: whole blocks, and more than one only where each says where it lies. */
const partsOf = ({ parts }: ImageSummary): readonly Part[] | undefined => {
  const fit = parts.every(
    ({ unit, length, start }) =>
      unit.mainBytes === DATA_UNIT.mainBytes &&
      unit.subchannelBytes === DATA_UNIT.subchannelBytes &&
      length > 0 &&
      (parts.length === 1 || start !== 'next-writable'),
  );
  return fit && parts.length > 0 ? parts : undefined;
};

/** Where the last session that holds data begins: what an image was appended as, where nobody says more. */
const lastSessionStart = ({ overwritable, tracks }: Medium): number => {
  if (overwritable) return 0;
  const recorded = tracks.filter(({ blank, data }) => data && !blank);
  const last = recorded.at(-1)?.session;
  return recorded.find(({ session }) => session === last)?.start ?? 0;
};

type KnownRecording = NonNullable<UseOf<'verify'>['options']['recordings']>[number];

/** A closed disc is a pressed one to some drives. */
const mayBe = ({ kind }: Medium, recorded: MediumKind): boolean =>
  kind === recorded || (isReadOnly(kind) && familyOf(kind) === familyOf(recorded));

/** Those of which nobody knows more than kind and place that may be what the medium holds, best first: one with a track at that place. */
const unseenOn = (medium: Medium, known: readonly KnownRecording[]): readonly KnownRecording[] => {
  const beginsTrack = ({ start }: KnownRecording): number =>
    medium.tracks.some((track) => !track.blank && track.start === start) ? 1 : 0;
  return known
    .filter(({ recording, kind = medium.kind }) => recording === undefined && mayBe(medium, kind))
    .toSorted((a, b) => beginsTrack(b) - beginsTrack(a));
};

/** Which recording of the job the medium holds, or may hold: nobody could look at some discs once they were closed. */
const recordingOn = (medium: Medium, { options }: UseOf<'verify'>): KnownRecording | undefined => {
  const known = options.recordings ?? [];
  const isOn = ({ recording }: KnownRecording): boolean =>
    recording !== undefined && holdsRecording(medium, recording);
  return known.find(isOn) ?? unseenOn(medium, known)[0];
};

/** The first part lies where the job has recorded it; others, which make a volume grow, where they say. */
const startOf = (medium: Medium, { start }: Part, isFirst: boolean, use: UseOf<'verify'>): number => {
  const known = recordingOn(medium, use);
  if (isFirst && known) return known.start;
  return start === 'next-writable' ? lastSessionStart(medium) : start;
};

const spansOf = (medium: Medium, parts: readonly Part[], use: UseOf<'verify'>): Span[] =>
  parts.map((part, index) => ({
    start: startOf(medium, part, index === 0, use),
    blocks: part.length,
  }));

const otherMedium = (medium: Medium, use: UseOf<'verify'>): Refusal | undefined =>
  use.options.recordings && !recordingOn(medium, use)
    ? {
        code: 'verify-other-medium',
        detail: `The ${medium.kind} medium in the drive is none that the job has recorded.`,
      }
    : undefined;

const refuse = (medium: Medium, spans: readonly Span[], use: UseOf<'verify'>): Refusal | undefined => {
  if (spans.length === 0)
    return {
      code: 'image-invalid',
      detail:
        'This version compares images of whole 2,048-byte blocks, of which each part says where it lies.',
    };
  if (isBlank(medium))
    return { code: 'medium-blank', detail: `Nothing is recorded on the ${medium.kind} medium.` };
  return (
    otherMedium(medium, use) ??
    spans.map((span) => refuseSize(medium, span)).find((refusal) => refusal !== undefined)
  );
};

const refuseSize = ({ kind, readable }: Medium, { start, blocks }: Span): Refusal | undefined =>
  start + blocks > readable
    ? {
        code: 'medium-shorter',
        detail: `The image ends at block ${start + blocks}, what can be read of the ${kind} medium at block ${readable}.`,
      }
    : undefined;

/** Decides how a medium is compared with an image. */
export const planVerify = (report: DriveReport, image: ImageSummary, use: UseOf<'verify'>): Decision => {
  const { medium } = report;
  const refusal = refuseContents(report);
  if (refusal) return { refusals: [refusal] };
  if (!medium) throw new TypeError('a report without refusal has a medium');
  const spans = spansOf(medium, partsOf(image) ?? [], use);
  const [span] = spans;
  const other = refuse(medium, spans, use);
  if (other || !span) return { refusals: other ? [other] : [] };
  const { mode, eject } = use.options;
  const expects = { kind: medium.kind };
  const blocks = spans.reduce((total, part) => total + part.blocks, image.continues?.listedBlocks ?? 0);
  const common = commonOf(medium, {
    steps: [{ ...check, phase: 'load', expects }, digest, verifying({ parts: spans, mode })],
    expects,
    warnings: [],
    ms: readingMs(medium, mode === 'full' ? blocks : Math.min(blocks, 8192)),
    eject,
  });
  return { plan: withHash({ ...use, imageDigest: image.requestDigest, span, ...common, writeOnce: false }) };
};
