import { type DecodedFields, decodedFields } from '../../binary/decoded-fields.js';
import type { Layout } from '../../binary/layout.js';
import { bdCartridgeStatus, bdDiscDefinition, bdDiscInformation, bdSpareArea } from './bd-structures.js';
import {
  dvdCopyright,
  dvdLayerBoundary,
  dvdLayerJump,
  dvdPhysicalFormat,
  dvdPreRecordedInformation,
  dvdRamDiscDefinition,
  dvdRamMediumStatus,
  dvdRamSpareArea,
  writeProtectionStatus,
} from './dvd-structures.js';

/** Media Type of READ and SEND DISC STRUCTURE, MMC-5 §6.23. */
export const MEDIA_TYPES = { dvd: 0, bd: 1 } as const;
export type MediaType = keyof typeof MEDIA_TYPES;

/** Structures by their formats, MMC-5 §6.23.3; from C0h on they are the same for both. */
const STRUCTURES: Readonly<Record<MediaType, Readonly<Record<number, Layout<unknown, never>>>>> = {
  dvd: {
    0x00: dvdPhysicalFormat,
    0x01: dvdCopyright,
    0x08: dvdRamDiscDefinition,
    0x09: dvdRamMediumStatus,
    0x0a: dvdRamSpareArea,
    0x0e: dvdPreRecordedInformation,
    0x10: dvdPhysicalFormat,
    0x11: dvdPhysicalFormat,
    0x20: dvdLayerBoundary,
    0x22: dvdLayerJump,
    0x23: dvdLayerJump,
    0xc0: writeProtectionStatus,
  },
  bd: {
    0x00: bdDiscInformation,
    0x08: bdDiscDefinition,
    0x09: bdCartridgeStatus,
    0x0a: bdSpareArea,
    0xc0: writeProtectionStatus,
  },
};

/** What a structure is called, and its payload by fields; undefined for those that we have no table of. */
export const knownDiscStructure = (
  mediaType: MediaType,
  format: number,
  payload: Uint8Array,
): { readonly name: string; readonly decoded: DecodedFields | undefined } | undefined => {
  const of = STRUCTURES[mediaType][format];
  return of && { name: of.name, decoded: decodedFields(of, payload) };
};
