import { padded, uint16be, uint32be } from '../binary/codec.js';
import { layout, rbp } from '../binary/layout.js';

/*
 * What a Blu-ray movie's files begin with, and which clips its playlists play, by libbluray's parsers (1.3.4: index_parse.c, mobj_parse.c,
 * mpls_parse.c, clpi_parse.c); the specification itself is not public.
 */

/** Bytes of an aligned unit of a stream: 32 packets of 192 bytes. Streams are whole units. */
export const ALIGNED_UNIT = 6144;

/** What files of each kind begin with. */
export const TYPE_INDICATOR = { index: 'INDX', movieObject: 'MOBJ', playList: 'MPLS', clip: 'HDMV' } as const;

const indicator = layout('type indicator', 4, { type: rbp(0, 4, padded(4)) });

/** Whether a file begins as one of its kind. */
export const isOfType = (file: Uint8Array, type: string): boolean =>
  file.length >= indicator.size && indicator.decode(file).type === type;

const playListHead = layout('PlayList file head', 12, { playList: rbp(8, 4, uint32be) });

const playList = layout('PlayList', 10, { playItems: rbp(6, 2, uint16be) });

const playItem = layout('PlayItem', 7, {
  /** Bytes that follow. */
  length: rbp(0, 2, uint16be),
  /** Five digits: the name of the clip's files. */
  clip: rbp(2, 5, padded(5)),
});

/** Clips that a playlist plays, by the names of their files without extension; undefined where it is cut off. */
export const clipsOf = (file: Uint8Array): string[] | undefined => {
  if (file.length < playListHead.size) return undefined;
  const at = playListHead.decode(file).playList;
  if (at + playList.size > file.length) return undefined;
  const { playItems } = playList.decode(file, at);
  const clips: string[] = [];
  let next = at + playList.size;
  for (let item = 0; item < playItems; item++) {
    if (next + playItem.size > file.length) return undefined;
    const { length, clip } = playItem.decode(file, next);
    clips.push(clip);
    next += 2 + length;
  }
  return clips;
};
