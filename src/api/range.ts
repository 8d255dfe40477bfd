import { SpindleError } from '../errors.js';

/** Bytes of a content, both ends included as in RFC 9110 §14. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/** Units are named in any case, §14.1; no ranges have spaces in them. */
const SINGLE = /^bytes=[ \t]*(?<first>\d*)-(?<last>\d*)[ \t]*$/i;

/** `undefined`: it is not understood; no digits mean that this end is open. */
const readSpec = (header: string): { from: number | undefined; to: number | undefined } | undefined => {
  const { first = '', last = '' } = SINGLE.exec(header)?.groups ?? {};
  const [from, to] = [first, last].map((digits) => (digits === '' ? undefined : Number(digits)));
  const backwards = from !== undefined && to !== undefined && to < from;
  return (from === undefined && to === undefined) || backwards ? undefined : { from, to };
};

/**
 * The range that a Range header asks for, RFC 9110 §14.2. `undefined`: answer the whole, as the standard wants it
 * for what is not understood and allows it for several ranges.
 * @throws SpindleError `range-not-satisfiable`
 */
export const parseRange = (header: string | undefined, size: number): ByteRange | undefined => {
  const spec = readSpec(header ?? '');
  if (!spec) return undefined;
  const { from, to } = spec;
  const first = from ?? Math.max(0, size - (to ?? 0));
  const last = from === undefined ? size - 1 : Math.min(to ?? Infinity, size - 1);
  if (first <= last) return { first, last };
  throw new SpindleError(
    'range-not-satisfiable',
    `The content has ${size} bytes; ${header ?? ''} is outside`,
  );
};
