import { holdsRecording, isBlank, type Medium } from '../drive/medium.js';
import type { MadeFor } from './made-for.js';
import type { Reason } from './records.js';

/** Enough of a recording's digest to tell it from others. */
const SHORT = 12;

interface Known {
  readonly volumeIdentifier?: string | undefined;
  readonly recording?: string | undefined;
}

/** Discs of strangers have whatever they like in their names, and this is read in terminals. */
const shown = (name = ''): string => name.replace(/[\p{Cc}\p{Cf}]/gu, '').trim();

/** `the volume "DATA", recording 0c8365fe4b5d`; empty where neither is known. */
const recordingOf = ({ volumeIdentifier, recording }: Known): string =>
  [
    ...(shown(volumeIdentifier) === '' ? [] : [`the volume ${JSON.stringify(shown(volumeIdentifier))}`]),
    ...(recording === undefined ? [] : [`recording ${recording.slice(0, SHORT)}`]),
  ].join(', ');

/** `dvd+r, blank` */
const lying = (medium: Medium): string =>
  [medium.kind, isBlank(medium) ? 'blank' : recordingOf(medium)].filter((word) => word !== '').join(', ');

const reason = (medium: Medium, detail: string): Omit<Reason, 'drive'> => ({
  code: 'wrong-medium',
  detail: `In the drive lies ${lying(medium)}. ${detail}`,
});

/** The medium was used for a copy of the job, and must not make room for the next one. */
export const usedMedium = (medium: Medium): Omit<Reason, 'drive'> =>
  reason(medium, 'It was used for another copy of this job: insert another disc.');

/** Another medium than the one that the job names. */
export const unlikeNamed = (medium: Medium, recording: string): Omit<Reason, 'drive'> | undefined =>
  holdsRecording(medium, recording)
    ? undefined
    : reason(
        medium,
        `The job names the disc with ${recordingOf({ recording })}: insert that one, or cancel the job.`,
      );

/** A recording is the same in whatever drive; what has none is known by its drive's word. */
export const isMadeFor = (medium: Medium, madeFor: MadeFor): boolean =>
  madeFor.recording ? holdsRecording(medium, madeFor.recording) : medium.fingerprint === madeFor.fingerprint;

/** Another medium than the one that the image was made for, or the same with more on it. */
export const unlikeMadeFor = (medium: Medium, madeFor: MadeFor): Omit<Reason, 'drive'> | undefined => {
  if (isMadeFor(medium, madeFor)) return undefined;
  const { recording, imported } = madeFor;
  const wanted = recordingOf({ recording, volumeIdentifier: imported?.volumeIdentifier });
  return reason(
    medium,
    `The image was made for another disc${wanted === '' ? '' : `, with ${wanted}`}: insert that one as it was then. Where something else was recorded on it since, cancel the job and make the image anew.`,
  );
};
