import { z } from 'zod';
import { volumeStart } from '../drive/medium-facts.js';
import { type Medium, type Track, isBlank } from '../drive/medium.js';
import { isCd } from '../drive/speeds.js';
import type { UdfHindrance } from '../image/import/udf-room.js';
import type { BurnOptions } from './options.js';
import { lastClosedSession } from './last-session.js';
import type { Refusal } from './refusal.js';

/** What an image that goes on with a medium follows. */
const base = z
  .strictObject({
    session: z.int().min(1).meta({ description: 'The last session that holds data' }),
    start: z.int().meta({ description: 'Where its volume begins' }),
    sessions: z
      .array(z.strictObject({ number: z.int().min(1), start: z.int(), end: z.int() }))
      .meta({ description: 'All closed sessions that stay; `end` is one more than the last block' }),
  })
  .meta({ id: 'PlacementBase' });

/** Where on a medium an image goes, in blocks: decided before the image is made, whose addresses depend on it. */
export const placement = z
  .strictObject({
    session: z.int().min(1),
    track: z.int().min(1),
    start: z.int(),
    unit: z.int().min(1).meta({ description: 'What is recorded is a multiple of so many blocks' }),
    room: z.int().min(0).meta({ description: 'Blocks from `start` on' }),
    base: base.optional().meta({ description: 'Absent where the medium is begun' }),
  })
  .meta({ id: 'Placement' });
export type Placement = z.infer<typeof placement>;

/** What the recipe says of the way in which the medium is recorded. */
interface Way {
  readonly unit: number;
  readonly hasSessions: boolean;
  readonly writeMode?: BurnOptions['writeMode'];
  readonly growsWithoutGaps?: true;
  roomOnceFormatted?(medium: Medium, options: BurnOptions): number | undefined;
}

export type Placed = { readonly placement: Placement } | { readonly refusal: Refusal };

/** Blocks that can be used once the medium has been erased, if it will be. */
const usableBlocks = (medium: Medium): number =>
  isBlank(medium) && !medium.overwritable ? medium.free : medium.capacity;

const beginning = (medium: Medium, way: Way, options: BurnOptions): Placement => ({
  session: 1,
  track: 1,
  start: isBlank(medium) ? (medium.nextWritable ?? 0) : 0,
  unit: way.unit,
  room: way.roomOnceFormatted?.(medium, options) ?? usableBlocks(medium),
});

const sessionsUpTo = (medium: Medium, last: number): NonNullable<Placement['base']>['sessions'] =>
  Array.from({ length: last }, (_, index) => {
    const tracks = medium.tracks.filter(({ session, blank }) => session === index + 1 && !blank);
    const [first, final] = [tracks[0], tracks.at(-1)];
    return first && final ? [{ number: index + 1, start: first.start, end: final.start + final.length }] : [];
  }).flat();

/** The sessions up to `last`, and the last of them with data; absent where there is none, as on an audio CD. */
const baseOf = (medium: Medium, last: number): Pick<Placement, 'base'> => {
  const kept = { ...medium, sessions: last };
  const start = volumeStart(kept);
  const session = medium.tracks.findLast((track) => track.start === start)?.session;
  return start === undefined || session === undefined
    ? {}
    : { base: { session, start, sessions: sessionsUpTo(medium, last) } };
};

/** MMC-5 §4.2: lead-out, lead-in and pre-gap between two sessions, for drives that do not say where they go on. */
export const CD_SESSION_GAP = { first: 6750 + 4500 + 150, later: 2250 + 4500 + 150 } as const;

const endOfRecording = ({ tracks }: Medium): number =>
  tracks.filter(({ blank }) => !blank).reduce((end, { start, length }) => Math.max(end, start + length), 0);

const guessedNext = (medium: Medium): number | undefined => {
  if (!isCd(medium.kind) || medium.lastSession === 'incomplete') return undefined;
  return endOfRecording(medium) + CD_SESSION_GAP[medium.sessions === 1 ? 'first' : 'later'];
};

/** The track that nothing was recorded in yet. */
const blankTrack = ({ tracks }: Medium): Track | undefined =>
  tracks.findLast(({ blank, reserved, damaged }) => blank && !reserved && !damaged);

/** With write type SAO some drives give the pre-gap's address, and LG GSA-4082B one from before the last recording. */
const nextOf = (medium: Medium, track: Track | undefined): number | undefined => {
  const told = track?.nextWritable ?? guessedNext(medium);
  return told === undefined ? undefined : Math.max(told, track?.start ?? 0);
};

const refuse = (code: Refusal['code'], detail: string): Placed => ({ refusal: { code, detail } });

/** Readers look at the first track of a session alone: a volume in a later one would never be seen. */
const isOpen = ({ lastSession }: Medium): boolean =>
  lastSession === 'incomplete' || lastSession === 'damaged';

const continuing = (medium: Medium, { unit }: Way): Placed => {
  if (medium.status !== 'appendable')
    return refuse('medium-not-appendable', `The ${medium.kind} medium is closed for good.`);
  const track = blankTrack(medium);
  const start = nextOf(medium, track);
  if (start === undefined || isOpen(medium))
    return refuse('medium-unfinished', `The last session of the ${medium.kind} medium was not closed.`);
  const end = endOfRecording(medium);
  if (start < end)
    return refuse(
      'medium-unreadable',
      `The drive would go on at block ${start}, where blocks up to ${end} are recorded.`,
    );
  const session = track?.session ?? medium.sessions + 1;
  const placed = {
    session,
    track: track?.number ?? medium.tracks.filter(({ blank }) => !blank).length + 1,
    start,
    unit,
    room: Math.max(0, track ? track.start + track.free - start : medium.capacity - start),
    ...baseOf(medium, Math.min(session - 1, medium.sessions)),
  };
  return { placement: placed };
};

/** Why a volume of UDF cannot take a session in. */
const HINDRANCES: Readonly<Record<UdfHindrance, string>> = {
  'virtual-table': 'is seen through a virtual allocation table, which ends a medium that is written once',
  'metadata-partition': 'has a metadata partition (UDF 2.50), into whose free blocks Spindle puts nothing',
  'partition-map': 'has several partitions, or one that is mapped in a way that is not known',
  revision: 'is of a later revision of UDF than 2.01',
  'write-protected': 'is write protected by the flags of its domain',
  open: 'was not closed by whoever wrote to it last: mount it and unmount it again',
  'read-only': 'has a partition that is not to be written to',
  'space-table': 'keeps account of its free blocks by a table, or by blocks that must be prepared first',
  'no-bitmap': 'does not say which of its blocks are free',
  spared: 'has packets that are kept elsewhere because of defects',
  unreadable: 'does not let be read which of its blocks are free',
};

const roomWithin = ({
  kind,
  volumeBlocks = 0,
  capacity,
  volumeRoom,
}: Medium): { readonly start: number; readonly blocks: number } | string => {
  const claims = `The volume claims ${volumeBlocks} of the ${capacity} blocks of the ${kind} medium`;
  if (!volumeRoom) return `${claims}, and is not one of UDF alone: Spindle puts nothing into it.`;
  if ('hindrance' in volumeRoom) return `${claims} and ${HINDRANCES[volumeRoom.hindrance]}.`;
  return volumeRoom.blocks > 0
    ? volumeRoom
    : `${claims}; of its ${volumeRoom.free} free blocks no ${GROWTH_UNIT} lie together in one ECC block.`;
};

/** Overwritable media keep no sessions: what follows a volume begins behind the blocks that its descriptors claim. */
const growing = (medium: Medium, { unit, growsWithoutGaps }: Way): Placed => {
  const { volumeBlocks, capacity } = medium;
  if (medium.contents !== 'volume' || volumeBlocks === undefined)
    return refuse(
      'medium-append-unsupported',
      `The ${medium.kind} medium holds no volume of ISO 9660 or UDF that could grow.`,
    );
  const aligned = (to: number): number => Math.ceil(volumeBlocks / to) * to;
  const leavesGap = growsWithoutGaps === true && aligned(GROWTH_UNIT) > medium.readable;
  const start = aligned(leavesGap ? unit : GROWTH_UNIT);
  const base = { session: 1, start: 0, sessions: [{ number: 1, start: 0, end: volumeBlocks }] };
  if (start >= capacity) {
    const room = roomWithin(medium);
    return typeof room === 'string'
      ? refuse('medium-volume-full', room)
      : { placement: { session: 1, track: 1, start: room.start, unit, room: room.blocks, base } };
  }
  return {
    placement: { session: 1, track: 1, start, unit, room: Math.max(0, capacity - start), base },
  };
};

/** Blocks; what growisofs and xorriso align to on all overwritable media. */
const GROWTH_UNIT = 32;

const hasOtherSessions = ({ tracks }: Medium): boolean =>
  tracks.some(({ blank, session }) => !blank && session > 1);

/** The last session goes, and the image takes its place; where there is no other one, that is the whole medium. */
const replacing = (medium: Medium, way: Way, options: BurnOptions): Placed => {
  if (!hasOtherSessions(medium)) return { placement: beginning(medium, way, options) };
  const first = lastClosedSession(medium);
  if (first === undefined)
    return refuse(
      'medium-unfinished',
      `The last session of the ${medium.kind} medium was not closed: it cannot be erased by itself.`,
    );
  return {
    placement: {
      session: first.session,
      track: first.number,
      start: first.start,
      unit: way.unit,
      room: Math.max(0, medium.capacity - first.start),
      ...baseOf(medium, first.session - 1),
    },
  };
};

/** A disc at once is written from block 0 to the lead-out, in one go: there is nothing behind which it could begin. */
const notAtOnce = (placed: Placed, { kind }: Medium): Placed =>
  'placement' in placed && isAppending(placed.placement)
    ? refuse(
        'write-mode-unsupported',
        `A disc at once is all of a ${kind} medium: nothing is appended in that way.`,
      )
    : placed;

const appending = (medium: Medium, way: Way): Placed => {
  if (medium.overwritable) return growing(medium, way);
  if (!way.hasSessions)
    return refuse('medium-append-unsupported', `Nothing can be appended to ${medium.kind} media.`);
  const placed = continuing(medium, way);
  return way.writeMode === 'dao' ? notAtOnce(placed, medium) : placed;
};

/** Where an image would go on a medium. Pure: nothing but medium and options decide. */
export const place = (medium: Medium, options: BurnOptions, way: Way): Placed => {
  if (isBlank(medium)) return { placement: beginning(medium, way, options) };
  if (options.onNonBlank === 'append') return appending(medium, way);
  return options.blanking === 'session' && options.onNonBlank === 'erase' && medium.kind === 'cd-rw'
    ? replacing(medium, way, options)
    : { placement: beginning(medium, way, options) };
};

/** Whether the image goes into what the volume that it follows has free. */
export const isWithin = ({ base, start }: Placement): boolean =>
  base?.sessions.some(({ end }) => start < end) === true;

/** Whether the image follows what is on the medium and stays. */
export const isAppending = ({ base, session, track }: Placement): boolean =>
  base !== undefined || session > 1 || track > 1;
