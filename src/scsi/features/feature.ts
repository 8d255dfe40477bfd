import { uint16be, uint8 } from '../../binary/codec.js';
import { type Field, bits, byte, fixed, flag, layout, preset } from '../../binary/layout.js';

interface Descriptor {
  readonly code: number;
  readonly version: number;
  /** Of the data after the first four bytes. */
  readonly additionalLength: number;
}

type Fields = Readonly<Record<string, Field<unknown, 'value' | 'flag'>>>;

/**
 * Declares a feature descriptor, MMC-5 §5.2.2, its first four bytes included. Drives differ in version and length:
 * those are written as declared and not checked on reading, for which there is `decodeShort`.
 */
export const feature = <const F extends Fields>(
  name: string,
  { code, version, additionalLength }: Descriptor,
  fields: F,
) => ({
  ...layout(`${name} feature`, 4 + additionalLength, {
    ...fields,
    featureCode: fixed(byte(0, uint16be), code),
    version: preset(bits(2, 5, 2), version),
    persistent: flag(2, 1),
    current: flag(2, 0),
    additionalLength: preset(byte(3, uint8), additionalLength),
  }),
  code,
});
