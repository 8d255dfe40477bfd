import type { DriveReport } from '../drive/drive.js';
import { type Medium, holdsRecording, isBlank } from '../drive/medium.js';
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

const partOf = ({ parts }: ImageSummary): Part | undefined => {
  const [part] = parts;
  const fits =
    parts.length === 1 &&
    part?.unit.mainBytes === DATA_UNIT.mainBytes &&
    part.unit.subchannelBytes === DATA_UNIT.subchannelBytes;
  return fits && part.length > 0 ? part : undefined;
};

/** Where the last session that holds data begins: what an image was appended as, where nobody says more. */
const lastSessionStart = ({ overwritable, tracks }: Medium): number => {
  if (overwritable) return 0;
  const recorded = tracks.filter(({ blank, data }) => data && !blank);
  const last = recorded.at(-1)?.session;
  return recorded.find(({ session }) => session === last)?.start ?? 0;
};

const startOf = (medium: Medium, part: Part, { options }: UseOf<'verify'>): number => {
  const known = options.recordings?.find(({ recording }) => holdsRecording(medium, recording));
  if (known) return known.start;
  return part.start === 'next-writable' ? lastSessionStart(medium) : part.start;
};

const otherMedium = (medium: Medium, { options }: UseOf<'verify'>): Refusal | undefined =>
  options.recordings?.every(({ recording }) => !holdsRecording(medium, recording))
    ? {
        code: 'verify-other-medium',
        detail: `The ${medium.kind} medium in the drive is none that the job has recorded.`,
      }
    : undefined;

const refuse = (medium: Medium, part: Part | undefined, use: UseOf<'verify'>): Refusal | undefined => {
  if (!part)
    return {
      code: 'image-invalid',
      detail: 'This version compares images of one part of whole 2,048-byte blocks.',
    };
  if (isBlank(medium))
    return { code: 'medium-blank', detail: `Nothing is recorded on the ${medium.kind} medium.` };
  return (
    otherMedium(medium, use) ?? refuseSize(medium, { start: startOf(medium, part, use), blocks: part.length })
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
  const part = partOf(image);
  const other = refuse(medium, part, use);
  if (other || !part) return { refusals: other ? [other] : [] };
  const span = { start: startOf(medium, part, use), blocks: part.length };
  const { mode, eject } = use.options;
  const expects = { kind: medium.kind };
  const common = commonOf(medium, {
    steps: [{ ...check, phase: 'load', expects }, digest, verifying({ parts: [span], mode })],
    expects,
    warnings: [],
    ms: readingMs(medium, mode === 'full' ? span.blocks : Math.min(span.blocks, 8192)),
    eject,
  });
  return { plan: withHash({ ...use, imageDigest: image.requestDigest, span, ...common, writeOnce: false }) };
};
