import { padded, uint8 } from '../binary/codec.js';
import { fixed, layout, rbp } from '../binary/layout.js';

/** ECMA-167 2/9.1: a descriptor of the volume recognition sequence, one per 2,048 bytes; behind those of ISO 9660, if there are any. */
const volumeStructure = layout('Volume Structure Descriptor', 2048, {
  structureType: fixed(rbp(0, 1, uint8), 0),
  standardIdentifier: rbp(1, 5, padded(5)),
  structureVersion: fixed(rbp(6, 1, uint8), 1),
});

/** The extended area with the one standard that the volume follows. */
export const volumeRecognition = (standard: string): Uint8Array[] =>
  ['BEA01', standard, 'TEA01'].map((standardIdentifier) => volumeStructure.encode({ standardIdentifier }));

/** Blocks of it. */
export const RECOGNITION_BLOCKS = 3;
