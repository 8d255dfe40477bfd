import { type Medium, type MediumKind, isBlank } from '../drive/medium.js';
import type { MediumExpectation } from './medium-expectation.js';

/** What an expectation may leave out, all there. */
type Foretold = { readonly [K in keyof MediumExpectation]-?: NonNullable<MediumExpectation[K]> };
type Key = keyof Foretold;

const equal = (what: string, expected: unknown, found: unknown): string | undefined =>
  expected === found ? undefined : `${what} is ${String(found)}, not ${String(expected)}`;

/** A DVD+R whose book type is DVD-ROM is one to the drive as well once it is closed: so tgt, a recorder that others wrote. */
const BECOME_ROM: readonly MediumKind[] = ['dvd+r', 'dvd+r-dl'];

const kindOf = (expected: MediumKind, { kind, status }: Medium): MediumKind =>
  kind === 'dvd-rom' && status === 'complete' && BECOME_ROM.includes(expected) ? expected : kind;

/** One question for each thing that can be foretold. */
const CHECKS: {
  readonly [K in Key]: (expected: Foretold[K], medium: Medium) => string | undefined;
} = {
  kind: (kind, medium) => equal('the kind of medium', kind, kindOf(kind, medium)),
  status: (status, medium) => equal('the disc status', status, medium.status),
  formatted: (formatted, medium) => equal('formatted', formatted, medium.formatted),
  sessions: (sessions, medium) => equal('the number of closed sessions', sessions, medium.sessions),
  recordedTracks: (count, { tracks }) =>
    equal('the number of recorded tracks', count, tracks.filter(({ blank }) => !blank).length),
  nextWritable: (address, medium) => equal('the next writable block', address, medium.nextWritable),
  readable: (blocks, { readable }) =>
    readable >= blocks ? undefined : `${readable} blocks can be read, not ${blocks}`,
  track: ({ start, blocks }, { tracks }) => {
    const last = tracks.findLast(({ blank }) => !blank);
    if (!last) return 'there is no recorded track';
    return last.start === start && last.length >= blocks && !last.damaged
      ? undefined
      : `the last track has ${last.length} blocks from ${last.start} on${last.damaged ? ' and is damaged' : ''}, not ${blocks} from ${start} on`;
  },
  blank: (blank, medium) => equal('blank', blank, isBlank(medium)),
  capacity: (blocks, medium) => equal('the number of blocks of the format', blocks, medium.capacity),
  formatRunning: (running, { backgroundFormat }) =>
    equal('that a format runs in the background', running, backgroundFormat === 'running'),
  contents: (contents, medium) => equal('what the first blocks hold', contents, medium.contents),
};

const KEYS = Object.keys(CHECKS) as Key[];

/** In what a medium differs from what was foretold; empty when it is as it should be. */
export const differences = (expected: MediumExpectation, medium: Medium): string[] =>
  KEYS.filter((key) => expected[key] !== undefined)
    .map((key) => CHECKS[key](expected[key] as never, medium))
    .filter((found) => found !== undefined);
