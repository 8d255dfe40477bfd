import { uint16be, uint32be, uint64be, uint8 } from '../binary/codec.js';
import { type Layout, bits, byte, decodeShort, fixed, flag, layout, preset } from '../binary/layout.js';

/** Why a command ended with CHECK CONDITION. */
export interface Sense {
  readonly key: number;
  readonly asc: number;
  readonly ascq: number;
  /** The error belongs to an earlier command, mostly a WRITE that was answered GOOD. */
  readonly deferred: boolean;
  /** Mostly the logical block at which it happened. */
  readonly information?: number;
  /** Of a long operation, 0 to 1. */
  readonly progress?: number;
}

/** SPC-3 §4.5.6; 9, 12 and 15 are not used by MMC. */
export const SENSE_KEYS = {
  noSense: 0x0,
  recoveredError: 0x1,
  notReady: 0x2,
  mediumError: 0x3,
  hardwareError: 0x4,
  illegalRequest: 0x5,
  unitAttention: 0x6,
  dataProtect: 0x7,
  blankCheck: 0x8,
  abortedCommand: 0xb,
} as const;

/** Additional sense codes of unit attentions (T10, ASC/ASCQ assignments) behind which nothing holds that was known or set. */
export const ATTENTION = { newMedium: 0x28, reset: 0x29 } as const;

/** SPC-3 §4.5.3, response codes 70h (current) and 71h (deferred). */
export const fixedSense = layout('Fixed Format Sense Data', 18, {
  informationValid: flag(0, 7),
  responseCode: bits(0, 6, 0),
  endOfMedium: flag(2, 6),
  incorrectLength: flag(2, 5),
  senseKey: bits(2, 3, 0),
  information: byte(3, uint32be),
  additionalSenseLength: preset(byte(7, uint8), 10),
  additionalSenseCode: byte(12, uint8),
  additionalSenseCodeQualifier: byte(13, uint8),
  senseKeySpecificValid: flag(15, 7),
  progress: byte(16, uint16be),
});

/** SPC-3 §4.5.2.1, response codes 72h (current) and 73h (deferred). */
export const descriptorSense = layout('Descriptor Format Sense Data', 8, {
  responseCode: bits(0, 6, 0),
  senseKey: bits(1, 3, 0),
  additionalSenseCode: byte(2, uint8),
  additionalSenseCodeQualifier: byte(3, uint8),
  additionalSenseLength: byte(7, uint8),
});

const descriptorHeader = layout('Sense Data Descriptor', 2, {
  descriptorType: byte(0, uint8),
  additionalLength: byte(1, uint8),
});

/** SPC-3 §4.5.2.2; longer than the address of any block of these drives, which has 32 bits: what is more says nothing. */
export const informationDescriptor = layout('Information Sense Data Descriptor', 12, {
  descriptorType: fixed(byte(0, uint8), 0x00),
  additionalLength: fixed(byte(1, uint8), 10),
  valid: flag(2, 7),
  information: byte(4, uint64be),
});

/** SPC-3 §4.5.2.4 */
export const senseKeySpecificDescriptor = layout('Sense Key Specific Sense Data Descriptor', 8, {
  descriptorType: fixed(byte(0, uint8), 0x02),
  additionalLength: fixed(byte(1, uint8), 6),
  valid: flag(4, 7),
  progress: byte(5, uint16be),
});

/** Progress is told with NO SENSE and NOT READY only; elsewhere its bytes point at the wrong field of a request. */
const tellsProgress = (key: number): boolean => key === SENSE_KEYS.noSense || key === SENSE_KEYS.notReady;

const decodeFixed = (bytes: Uint8Array): Sense => {
  const values = decodeShort(fixedSense, bytes);
  return {
    key: values.senseKey,
    asc: values.additionalSenseCode,
    ascq: values.additionalSenseCodeQualifier,
    deferred: values.responseCode === 0x71,
    ...(values.informationValid && { information: values.information }),
    ...(values.senseKeySpecificValid &&
      tellsProgress(values.senseKey) && { progress: values.progress / 65_536 }),
  };
};

/** The first descriptor of the type of `of`, if it is there and whole. */
const findDescriptor = <V>(bytes: Uint8Array, type: number, of: Layout<V>): V | undefined => {
  const end = Math.min(
    bytes.length,
    descriptorSense.size + decodeShort(descriptorSense, bytes).additionalSenseLength,
  );
  for (let at = descriptorSense.size; at + descriptorHeader.size <= end;) {
    const { descriptorType, additionalLength } = descriptorHeader.decode(bytes, at);
    const next = at + descriptorHeader.size + additionalLength;
    if (descriptorType === type && next - at === of.size && next <= end) return of.decode(bytes, at);
    at = next;
  }
  return undefined;
};

const LAST_BLOCK = 0xffff_ffffn;

const decodeDescriptors = (bytes: Uint8Array): Sense => {
  const values = decodeShort(descriptorSense, bytes);
  const information = findDescriptor(bytes, 0x00, informationDescriptor);
  const specific = findDescriptor(bytes, 0x02, senseKeySpecificDescriptor);
  return {
    key: values.senseKey,
    asc: values.additionalSenseCode,
    ascq: values.additionalSenseCodeQualifier,
    deferred: values.responseCode === 0x73,
    ...(information?.valid === true &&
      information.information <= LAST_BLOCK && { information: Number(information.information) }),
    ...(specific?.valid === true &&
      tellsProgress(values.senseKey) && { progress: specific.progress / 65_536 }),
  };
};

/** Sense data of either format; undefined where a USB bridge sent none, or bytes that are no sense data. */
export const decodeSense = (bytes: Uint8Array): Sense | undefined => {
  const code = (bytes[0] ?? 0) & 0x7f;
  if (code === 0x70 || code === 0x71) return decodeFixed(bytes);
  if (code === 0x72 || code === 0x73) return decodeDescriptors(bytes);
  return undefined;
};

/** Sense data in the fixed format, 18 bytes, as drives send it. */
export const encodeSense = (sense: Sense): Uint8Array =>
  fixedSense.encode({
    informationValid: sense.information !== undefined,
    responseCode: sense.deferred ? 0x71 : 0x70,
    senseKey: sense.key,
    information: sense.information ?? 0,
    additionalSenseCode: sense.asc,
    additionalSenseCodeQualifier: sense.ascq,
    senseKeySpecificValid: sense.progress !== undefined,
    progress: Math.min(0xffff, Math.floor((sense.progress ?? 0) * 65_536)),
  });

const hex2 = (value: number): string => value.toString(16).toUpperCase().padStart(2, '0');

/** As the standard lists codes and qualifiers: `0C/00`. */
export const formatAsc = (asc: number, ascq: number): string => `${hex2(asc)}/${hex2(ascq)}`;

/** As the standard prints it: `3/0C/00`. */
export const formatSense = ({ key, asc, ascq }: Pick<Sense, 'key' | 'asc' | 'ascq'>): string =>
  `${key.toString(16).toUpperCase()}/${formatAsc(asc, ascq)}`;
