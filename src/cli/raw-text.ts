import type { InformationView } from '../drive/describe-disc.js';
import type { ModePageView } from '../drive/describe-mode-pages.js';

const code = (value: number, digits: number): string =>
  `${value.toString(16).toUpperCase().padStart(digits, '0')}h`;

/** As the standards write them: `2Ah`, `001Bh`. */
export const codeOfByte = (value: number): string => code(value, 2);
export const codeOfWord = (value: number): string => code(value, 4);

const BYTES_PER_LINE = 16;

/** Bytes that were told as pairs of hex digits, sixteen in a line with the place of the first. */
export const hexDump = (raw: string): string => {
  const pairs = raw === '' ? [] : raw.split(' ');
  const lines = Array.from(
    { length: Math.ceil(pairs.length / BYTES_PER_LINE) },
    (_, line) => line * BYTES_PER_LINE,
  );
  return lines
    .map((at) => `${at.toString(16).padStart(5, '0')}  ${pairs.slice(at, at + BYTES_PER_LINE).join(' ')}`)
    .join('\n');
};

/** The bytes of each kind of values, and the fields of the current ones. */
export const describePage = ({
  code,
  name,
  current,
  changeable,
  default: after,
  saved,
}: ModePageView): string => {
  const rows = Object.entries({ current, changeable, default: after, saved });
  const lines = rows.map(([what, values]) => `  ${what.padEnd(11)} ${values?.raw ?? 'not told'}`);
  const fields = Object.entries(current.decoded ?? {}).map(([key, value]) => `    ${key} ${String(value)}`);
  return [`${codeOfByte(code)} ${name ?? ''}`.trimEnd(), ...lines, ...fields].join('\n');
};

/** Name, fields, bytes. */
export const describeStructure = (name: string, { decoded, raw }: InformationView): string => {
  const fields = Object.entries(decoded ?? {}).map(([key, value]) => `${key.padEnd(32)} ${String(value)}`);
  return [...(name === '' ? [] : [name]), ...fields, hexDump(raw)].join('\n');
};
