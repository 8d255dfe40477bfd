import { SpindleError } from '../errors.js';

/** `rev` alone, or with what changes without it, such as the state of a drive. Weak tags match nothing (RFC 9110 §13.1.1). */
const TAG = /^"(?<rev>\d+)(?:\.\d+)?"$/;

export const etagOf = (rev: number, rest?: number): string =>
  rest === undefined ? `"${rev}"` : `"${rev}.${rest}"`;

/**
 * The revision that a change was decided on.
 * @throws SpindleError `precondition-required` without If-Match, `precondition-failed` for what is no tag of ours
 */
export const requiredRevision = (ifMatch: string | undefined): number => {
  if (ifMatch === undefined) {
    throw new SpindleError('precondition-required', 'Send the ETag of the resource as If-Match');
  }
  const rev = TAG.exec(ifMatch.trim())?.groups?.['rev'];
  if (rev === undefined)
    throw new SpindleError('precondition-failed', `${ifMatch} is no ETag of this resource`);
  return Number(rev);
};

/** RFC 9110 §13.1.2: the client has this representation already. */
export const isKnown = (ifNoneMatch: string | undefined, etag: string): boolean =>
  (ifNoneMatch ?? '').split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag);

/** RFC 9110 §13.1.1: the client wants this representation and no other; weak tags never match. */
export const isNamed = (ifMatch: string, etag: string): boolean =>
  ifMatch.split(',').some((tag) => tag.trim() === '*' || tag.trim() === etag);
