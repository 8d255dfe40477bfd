import { type ErrorItem, SpindleError } from '../errors.js';
import { codeOf, forSelection, isSaveable } from '../scsi/mode-pages/mode-page.js';
import { type ModeSelect, modeSelection } from '../scsi/mode-pages/mode-selection.js';
import type { Command } from '../transport/transport.js';
import { toDrive } from './command.js';
import { describeModePage, type ModePageView, readModePages } from './describe-mode-pages.js';
import type { DriveSession } from './drive-session.js';
import { isUnknownCommand } from './mode-sense.js';

export interface PageSelection {
  readonly code: number;
  /** The whole page, its two bytes of header included. */
  readonly page: Uint8Array;
  /** Keep it for good, where the drive can. */
  readonly save: boolean;
}

const refused = (code: number, errors: readonly ErrorItem[]): SpindleError =>
  new SpindleError('mode-page-unchangeable', `Page ${code} of the drive cannot become that.`, { errors });

const bitsOf = (mask: number): string =>
  [7, 6, 5, 4, 3, 2, 1, 0].filter((bit) => Math.floor(mask / 2 ** bit) % 2 === 1).join(', ');

/** Nobody changes code and length of a page; drives tell them in the page of the changeable bits as well. */
const withoutHeader = (changeable: Uint8Array): Uint8Array => Uint8Array.from(changeable).fill(0, 0, 2);

/** What of a page would change that the drive does not let change: byte by byte, with the bits. */
const unchangeableBits = (wanted: Uint8Array, current: Uint8Array, changeable: Uint8Array): ErrorItem[] =>
  Array.from(current).flatMap((now, at) => {
    const locked = ((wanted[at] ?? 0) ^ now) & ~(changeable[at] ?? 0) & 0xff;
    if (locked === 0) return [];
    return [{ pointer: `/page/${at}`, message: `byte ${at}: bits ${bitsOf(locked)} cannot be changed` }];
  });

const sent = ({ cdb, fields, data }: ModeSelect): Command => toDrive(cdb, fields, data);

/** By the longer command, or by the shorter one where the drive does not know that. */
export const sendModePage = async (session: DriveSession, page: Uint8Array, save = false): Promise<void> => {
  const { long, short } = modeSelection(page, save);
  try {
    await session.run(sent(long));
  } catch (error) {
    if (!isUnknownCommand(error) || !short) throw error;
    await session.run(sent(short));
  }
};

const check = async (session: DriveSession, { code, page, save }: PageSelection): Promise<void> => {
  const given = codeOf(page);
  if (given !== code)
    throw refused(code, [
      { pointer: '/page/0', message: `is page ${given}, and the address names page ${code}` },
    ]);
  const current = (await readModePages(session, code, 'current')).get(code);
  const changeable = (await readModePages(session, code, 'changeable')).get(code);
  if (!current || !changeable)
    throw refused(code, [{ pointer: '/page', message: 'the drive has no such page' }]);
  if (page.length !== current.length)
    throw refused(code, [
      { pointer: '/page', message: `has ${page.length} bytes, that of the drive ${current.length}` },
    ]);
  // PS says what the drive can do, and is nothing that is set.
  const locked = unchangeableBits(forSelection(page), forSelection(current), withoutHeader(changeable));
  if (locked.length > 0) throw refused(code, locked);
  if (save && !isSaveable(current))
    throw refused(code, [{ pointer: '/save', message: 'the drive does not save it' }]);
};

/**
 * Sets a mode page and reads it again, since drives may round what they are told. @throws SpindleError
 * `mode-page-unchangeable` naming bytes and bits, before anything is sent; and as the drive refuses.
 */
export const selectModePage = async (
  session: DriveSession,
  selection: PageSelection,
): Promise<ModePageView[]> => {
  await check(session, selection);
  await sendModePage(session, selection.page, selection.save);
  return describeModePage(session, selection.code);
};
