import { KINDS, MEDIA, type VirtualKind } from '../media.js';
import type { KindSpec } from '../media/specification.js';
import type { MediumTables } from '../medium/medium-tables.js';

/** The kind that a medium is now: a DVD-RW is another one once it is formatted, a DVD-R DL when it is to be recorded in jumps. */
export const kindNameOf = ({ blank, format, layerJump }: MediumTables): VirtualKind => {
  const { kind } = MEDIA[blank];
  const { formattedKind, jumpingKind }: KindSpec = KINDS[kind];
  if (format !== null && formattedKind !== undefined) return formattedKind as VirtualKind;
  return layerJump !== undefined && jumpingKind !== undefined ? (jumpingKind as VirtualKind) : kind;
};
