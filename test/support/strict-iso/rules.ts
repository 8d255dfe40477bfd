/**
 * A reader of ISO 9660, Joliet, ISO 9660:1999 and Rock Ridge that shares nothing with src/ and forgives nothing: whatever breaks a rule of
 * ECMA-119, SUSP or RRIP throws. It was written from the clauses that its messages name.
 */

export const BLOCK = 2048;

export type TreeName = 'primary' | 'joliet' | 'enhanced';

export const need = (holds: boolean, rule: string): void => {
  if (!holds) throw new Error(rule);
};

/** What cannot be done without. */
export const given = <T>(value: T | undefined, rule: string): T => {
  if (value === undefined) throw new Error(rule);
  return value;
};

export const zero = (bytes: Buffer): boolean => bytes.every((byte) => byte === 0);

export const both32 = (bytes: Buffer, at: number, what: string): number => {
  const value = bytes.readUInt32LE(at);
  need(value === bytes.readUInt32BE(at + 4), `7.3.3: both halves of ${what}`);
  return value;
};

export const both16 = (bytes: Buffer, at: number, what: string): number => {
  const value = bytes.readUInt16LE(at);
  need(value === bytes.readUInt16BE(at + 2), `7.2.3: both halves of ${what}`);
  return value;
};
