import { z } from 'zod';
import { toHex } from '../binary/hex.js';
import { KNOWN_MODE_PAGES, knownModePage } from '../scsi/mode-pages/known-mode-pages.js';
import { isSaveable, isWhole } from '../scsi/mode-pages/mode-page.js';
import { decodedView, rawBytes } from './decoded-view.js';
import type { DriveSession } from './drive-session.js';
import { ifAnswered } from './if-known.js';
import { ONE_PAGE_ROOM, modeSense } from './mode-sense.js';

const pageValues = z.strictObject({ decoded: decodedView, raw: rawBytes });

export const modePageView = z
  .strictObject({
    code: z.int().min(0).max(0x3e),
    name: z.string().optional(),
    saveable: z
      .boolean()
      .meta({ description: 'Parameters Saveable: the drive keeps the page for good when asked to' }),
    current: pageValues,
    changeable: pageValues.optional().meta({
      description: 'A set bit can be changed; numbers are masks then. Absent where the drive does not tell',
    }),
    default: pageValues.optional(),
    saved: pageValues.optional().meta({ description: 'Absent where the drive saves none (5/39/00)' }),
  })
  .meta({ id: 'ModePage' });
export type ModePageView = z.infer<typeof modePageView>;

/** Page code that stands for all of them, SPC-3 §6.9. */
const ALL_PAGES = 0x3f;

/** Page Control of MODE SENSE, SPC-3 §6.9. */
const PAGE_CONTROL = { current: 0, changeable: 1, default: 2, saved: 3 } as const;
type PageControl = keyof typeof PAGE_CONTROL;

/** All of them come to less. */
const ALL_PAGES_ROOM = 4096;

/**
 * By their codes; of a page that came in part nothing. Where not all of them came at once, which MODE SENSE (6) has 254 bytes for, what
 * is missing is asked for page by page, as far as its code is known.
 */
export const readModePages = async (
  session: DriveSession,
  pageCode: number,
  control: PageControl,
): Promise<Map<number, Uint8Array>> => {
  const room = pageCode === ALL_PAGES ? ALL_PAGES_ROOM : ONE_PAGE_ROOM;
  const { pages, isCut } = await modeSense(session, { pageCode, pageControl: PAGE_CONTROL[control], room });
  const whole = new Map([...pages].filter(([, page]) => isWhole(page)));
  if (!isCut || pageCode !== ALL_PAGES) return whole;
  for (const code of new Set([...pages.keys(), ...KNOWN_MODE_PAGES])) {
    if (whole.has(code)) continue;
    const page = (await ifAnswered(() => readModePages(session, code, control)))?.get(code);
    if (page) whole.set(code, page);
  }
  return whole;
};

const viewValues = (code: number, page: Uint8Array): z.infer<typeof pageValues> => {
  const decoded = knownModePage(code)?.decode(page);
  return { ...(decoded && { decoded }), raw: toHex(page) };
};

const OTHERS = ['changeable', 'default', 'saved'] as const;

/** What drives refuse to tell is left out, but for the current values. */
const describe = async (session: DriveSession, pageCode: number): Promise<ModePageView[]> => {
  const current = await readModePages(session, pageCode, 'current');
  const others: [(typeof OTHERS)[number], Map<number, Uint8Array> | undefined][] = [];
  for (const control of OTHERS)
    others.push([control, await ifAnswered(() => readModePages(session, pageCode, control))]);
  return [...current].map(([code, page]) => {
    const known = knownModePage(code);
    const told = others.flatMap(([control, pages]) => {
      const found = pages?.get(code);
      return found ? [[control, viewValues(code, found)]] : [];
    });
    return {
      code,
      ...(known && { name: known.name }),
      saveable: isSaveable(page),
      current: viewValues(code, page),
      ...(Object.fromEntries(told) as Partial<ModePageView>),
    };
  });
};

/** Every mode page that the drive lists. @throws SpindleError as the drive refuses. */
export const describeModePages = (session: DriveSession): Promise<ModePageView[]> =>
  describe(session, ALL_PAGES);

/** One page; none where the drive answers with another one. @throws SpindleError as the drive refuses. */
export const describeModePage = async (session: DriveSession, code: number): Promise<ModePageView[]> =>
  (await describe(session, code)).filter((page) => page.code === code);
