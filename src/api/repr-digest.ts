import { SpindleError } from '../errors.js';

/** RFC 9530 §3: a dictionary of algorithms, each with a byte sequence between colons. */
const SHA_256 = /(?:^|,)\s*sha-256=:(?<base64>[A-Za-z0-9+/]{43}=):/;

/**
 * The SHA-256 that a body is said to have, hex; undefined where the header names none.
 * @throws SpindleError `invalid-request` for a header without one.
 */
export const sha256Of = (reprDigest: string | undefined): string | undefined => {
  if (reprDigest === undefined) return undefined;
  const base64 = SHA_256.exec(reprDigest)?.groups?.['base64'];
  if (base64 === undefined)
    throw new SpindleError('invalid-request', 'Repr-Digest must have a SHA-256: sha-256=:base64:');
  return Buffer.from(base64, 'base64').toString('hex');
};
