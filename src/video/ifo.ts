import { padded, uint16be, uint32be, uint8 } from '../binary/codec.js';
import { layout, rbp } from '../binary/layout.js';
import { decodeList } from '../binary/list.js';

/*
 * Where the information files of a DVD-Video say that its files lie, by the names and offsets of libdvdread's ifo_types.h (6.1.3); the DVD
 * specification itself is not public. All sectors have 2,048 bytes.
 */

/** Bytes of a sector, in which everything is counted. */
export const VIDEO_SECTOR = 2048;

/** What every information file begins with; sectors are counted from its own first one. */
const common = {
  identifier: rbp(0, 12, padded(12, 0)),
  /** Last sector of the set: of its backup file. */
  lastSector: rbp(12, 4, uint32be),
  /** Last sector of the information file. */
  lastIfoSector: rbp(28, 4, uint32be),
  /** Of the menus; 0 where there are none. */
  menu: rbp(192, 4, uint32be),
} as const;

/** Begins VIDEO_TS.IFO. */
export const videoManager = layout('VMGI_MAT', 200, {
  ...common,
  titleSets: rbp(62, 2, uint16be),
  /** Of the table of titles, TT_SRPT. */
  titleTable: rbp(196, 4, uint32be),
});

/** Begins VTS_nn_0.IFO. */
export const titleSet = layout('VTSI_MAT', 200, {
  ...common,
  /** Of the first file of titles. */
  titles: rbp(196, 4, uint32be),
});

export const IFO_IDENTIFIER = { manager: 'DVDVIDEO-VMG', titleSet: 'DVDVIDEO-VTS' } as const;

const titleTableHead = layout('TT_SRPT', 8, { titles: rbp(0, 2, uint16be) });

const title = layout('TT_SRPT entry', 12, {
  titleSet: rbp(6, 1, uint8),
  /** First sector of the title set, counted from that of VIDEO_TS.IFO. */
  start: rbp(8, 4, uint32be),
});

/** A title: its set, and where that begins, counted from VIDEO_TS.IFO. */
export interface Title {
  readonly titleSet: number;
  readonly start: number;
}

/** The titles that VIDEO_TS.IFO lists; undefined where its table lies outside of it. */
export const titlesOf = (manager: Uint8Array, table: number): readonly Title[] | undefined => {
  const at = table * VIDEO_SECTOR;
  if (at + titleTableHead.size > manager.length) return undefined;
  const { titles } = titleTableHead.decode(manager, at);
  const first = at + titleTableHead.size;
  const end = first + titles * title.size;
  return end > manager.length ? undefined : decodeList(title, manager.subarray(first, end));
};
