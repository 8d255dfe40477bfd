import { describe, expect, it } from 'vitest';
import {
  describeModePage,
  describeModePages,
  type ModePageView,
} from '../../../src/drive/describe-mode-pages.js';
import { openDrive } from '../../../src/drive/drive-session.js';
import type { Answer, Command } from '../../../src/transport/transport.js';
import { fastTiming } from '../../support/burn-rig.js';
import { good, scriptedTransport, sense } from '../../support/scripted-transport.js';

const ALL_PAGES = 0x3f;
const MODE_SENSE_6 = 0x1a;

/** SPC-3 §7.4.5: code, length of what follows, and that, here of its own code alone. */
const pageOf = (code: number, bytes: number): Uint8Array =>
  Uint8Array.from([code, bytes - 2, ...new Array<number>(bytes - 2).fill(code)]);

/** 326 bytes with the header of four: the 254th of them lies in page 21h, which nobody has a table of. */
const PAGES = [
  pageOf(0x01, 12),
  pageOf(0x05, 52),
  pageOf(0x20, 100),
  pageOf(0x21, 90),
  pageOf(0x2a, 66),
] as const;

/** A bridge that knows MODE SENSE (6) alone, as SPC-3 §6.9 and §7.4.3 draw it; `most`: a page of more bytes it does not give whole. */
const bridge =
  (lengthSaid: (bytes: number) => number, most = 254) =>
  ({ cdb, ...command }: Command): Answer => {
    if (cdb[0] !== MODE_SENSE_6) return sense('5/20/00');
    const [code, control] = [cdb[2]! % 0x40, cdb[2]! >> 6];
    if (control !== 0) return sense(control === 3 ? '5/39/00' : '5/24/00');
    const told = PAGES.filter((page) => code === ALL_PAGES || page[0] === code).flatMap((page) => [...page]);
    if (told.length === 0) return sense('5/24/00');
    const room = Math.min(cdb[4]!, code === ALL_PAGES ? 254 : most);
    const length = 'length' in command ? Math.min(room, command.length) : room;
    return good(Uint8Array.from([lengthSaid(3 + told.length), 0, 0, 0, ...told]).subarray(0, length));
  };

const session = (answer: (command: Command) => Answer) =>
  openDrive({
    transport: scriptedTransport(...Array.from({ length: 100 }, () => answer)),
    timing: fastTiming(),
  });

const lengths = (views: readonly ModePageView[]): [number, number][] =>
  views.map(({ code, current }) => [code, current.raw.split(' ').length]);

const ALL_WHOLE = PAGES.map((page) => [page[0], page.length]);

describe('the mode pages behind a bridge that knows MODE SENSE (6) alone, of more than 254 bytes', () => {
  it.each([
    ['says as much as its length can', (bytes: number) => Math.min(0xff, bytes)],
    ['counts on from 0', (bytes: number) => bytes % 256],
  ])('are told whole, and those that did not come, too: where it %s', async (_, lengthSaid) => {
    expect(lengths(await describeModePages(session(bridge(lengthSaid))))).toEqual(ALL_WHOLE);
  });

  it('are left out where they come in part even alone', async () => {
    const short = (): ReturnType<typeof session> => session(bridge((bytes) => Math.min(0xff, bytes), 60));
    expect(lengths(await describeModePages(short()))).toEqual(ALL_WHOLE.slice(0, 3));
    expect(await describeModePage(short(), 0x2a)).toEqual([]);
  });
});

describe('the mode pages of a drive whose reply goes on behind what it announces', () => {
  /** SPC-3 §7.4.3, MODE SENSE (10): what there is, then as much of what lay in the buffer as there is room for. */
  const padding =
    (rest: readonly number[]) =>
    ({ cdb, ...command }: Command): Answer => {
      const [code, control] = [cdb[2]! % 0x40, cdb[2]! >> 6];
      if (control !== 0) return sense('5/24/00');
      const told = PAGES.filter((page) => code === ALL_PAGES || page[0] === code).flatMap((page) => [
        ...page,
      ]);
      const length = 6 + told.length;
      const header = [length >> 8, length & 0xff, 0, 0, 0, 0, 0, 0];
      const room = 'length' in command ? command.length : 0;
      const bytes = [...header, ...told];
      while (rest.length > 0 && bytes.length < room) bytes.push(...rest);
      return good(Uint8Array.from(bytes).subarray(0, room));
    };

  it.each([
    ['zeros', [0, 0]],
    ['the rest of another reply', [0x2a, 4, 0xee, 0xee, 0xee, 0xee]],
  ])('are those that it announces: behind them come %s', async (_, rest) => {
    expect(lengths(await describeModePages(session(padding(rest))))).toEqual(ALL_WHOLE);
    const [page] = await describeModePage(session(padding(rest)), 0x2a);
    expect(page?.current.raw.split(' ')).toEqual(
      [...PAGES[4]].map((byte) => byte.toString(16).padStart(2, '0')),
    );
  });

  it('are all that came where it announces nothing', async () => {
    const mute = (command: Command): Answer => {
      const answer = padding([])(command);
      if (answer.status === 'good') answer.data.fill(0, 0, 2);
      return answer;
    };
    expect(lengths(await describeModePages(session(mute)))).toEqual(ALL_WHOLE);
  });
});
