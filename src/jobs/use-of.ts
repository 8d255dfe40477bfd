import type { DriveUse, UseOf } from '../burn/use.js';
import { SpindleError } from '../errors.js';
import type { JobRequest } from './request.js';

/**
 * What a copy is: a disc that is recorded, the disc that a copying job reads first, or another use of a drive. `disc` is
 * the oldest.
 */
export const COPY_KINDS = [
  'disc',
  'source',
  'read',
  'verify',
  'erase',
  'format',
  'close',
  'recover',
] as const;
export type CopyKind = (typeof COPY_KINDS)[number];

/** By what the discs of a job are known that is verified. */
export type KnownRecordings = NonNullable<UseOf<'verify'>['options']['recordings']>;

/**
 * A disc that is known by its kind alone is compared only in drives that the client names: any other of that kind would be found to be bad.
 * @throws SpindleError `verify-drives-unnamed`
 */
export const requireDrivesNamed = ({ drives }: JobRequest, recordings: KnownRecordings): void => {
  const unseen = recordings.find(({ recording }) => recording === undefined);
  if (drives !== undefined || !unseen) return;
  const disc = unseen.kind === undefined ? 'disc' : `${unseen.kind} medium`;
  throw new SpindleError(
    'verify-drives-unnamed',
    `Nobody could look at a ${disc} of the job once it was closed, so that any may be it.`,
    { errors: [{ pointer: '/drives', message: 'name the drives in which the discs of the job lie' }] },
  );
};

type OtherRequest = Exclude<JobRequest, { type: 'data' | 'image' | 'copy' }>;

const isRecording = (request: JobRequest): request is Exclude<JobRequest, OtherRequest> => 'burn' in request;

/** What all copies of a job are, but the source of a copying one. */
export const kindOf = (request: JobRequest): CopyKind => (isRecording(request) ? 'disc' : request.type);

/** How many copies a job has, beside the source of a copying one. */
export const copiesOf = (request: JobRequest): number => ('copies' in request ? request.copies : 1);

/** Attempts that may be made at each. */
export const maxAttemptsOf = (request: JobRequest): number =>
  'maxAttempts' in request ? request.maxAttempts : 1;

/** It records with the laser at reading power. */
export const simulates = (request: JobRequest): boolean => isRecording(request) && request.burn.simulate;

/** The copy cannot begin before its job's image is there. */
export const needsImage = (kind: CopyKind): boolean => kind === 'disc' || kind === 'verify';

/** The copy makes its job's image. */
export const makesImage = (kind: CopyKind): boolean => kind === 'source' || kind === 'read';

/** What is recorded on the medium that lies in the drive is gone afterwards, or at least added to. */
export const isAltering = (kind: CopyKind): boolean => !makesImage(kind) && kind !== 'verify';

/** It is about the disc that lies in the drive: what is recorded, or done to several, may be any that is put in. */
export const isOfDiscAtHand = (request: JobRequest, kind: CopyKind): boolean =>
  isAltering(kind) && kind !== 'disc' && copiesOf(request) === 1;

/** The drives that may take a copy; undefined: any. */
export const drivesFor = (request: JobRequest, kind: CopyKind): readonly string[] | undefined =>
  kind === 'source' && request.type === 'copy' ? [request.from.drive] : request.drives;

/** How what a job reads is read; undefined where it reads nothing into an image. */
export const readingOf = (request: JobRequest): UseOf<'read'>['options'] | undefined => {
  if (request.type === 'read') return request.read;
  return request.type === 'copy' ? request.from.read : undefined;
};

const otherUse = (request: OtherRequest, recordings: KnownRecordings): DriveUse => {
  switch (request.type) {
    case 'read':
      return { do: 'read', options: request.read };
    case 'verify':
      return {
        do: 'verify',
        options: { ...request.verify, ...(recordings.length > 0 && { recordings }) },
      };
    case 'erase':
      return { do: 'erase', options: request.erase };
    case 'format':
      return { do: 'format', options: request.format };
    case 'close':
      return { do: 'close', options: request.close };
    case 'recover':
      return { do: 'recover', options: request.recover };
  }
};

/** What a drive does for a copy. */
export const useOf = (request: JobRequest, kind: CopyKind, recordings: KnownRecordings = []): DriveUse => {
  const options = kind === 'source' ? readingOf(request) : undefined;
  if (options) return { do: 'read', options };
  return isRecording(request) ? { do: 'burn', options: request.burn } : otherUse(request, recordings);
};
