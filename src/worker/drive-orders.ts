import { z } from 'zod';
import { fromHexDigits } from '../binary/hex.js';
import { modePageView } from '../drive/describe-mode-pages.js';
import { mediaType } from '../drive/describe-structures.js';
import { commandOf, rawAnswer, type RawAnswer, rawCommand, sendRawCommand } from '../drive/raw-command.js';
import { selectModePage } from '../drive/select-mode-page.js';
import { sendStructure } from '../drive/send-structure.js';
import { type ErrorCode, isSpindleError } from '../errors.js';
import { commandClass, type MediumTrace } from '../scsi/command-class.js';
import { SENSE_KEYS } from '../scsi/sense.js';
import type { HeldDrive } from './held-drive.js';

/** That of who gives the order: nobody else may. */
const lease = z.string();
const hexDigits = z.string().regex(/^(?:[0-9a-f]{2})*$/);

/** What a client with a lease may have done to the drive itself. */
export const DRIVE_ORDERS = [
  z.object({
    do: z.literal('select-mode-page'),
    code: z.int().min(0).max(0x3e),
    page: hexDigits,
    save: z.boolean(),
    lease,
  }),
  z.object({
    do: z.literal('send-structure'),
    mediaType,
    format: z.int().min(0).max(0xff),
    payload: hexDigits,
    lease,
  }),
  z.object({ do: z.literal('command'), command: rawCommand, lease }),
] as const;
export type DriveOrder = z.infer<(typeof DRIVE_ORDERS)[number]>;

export const ORDER_ANSWERS = {
  'select-mode-page': z.object({ pages: z.array(modePageView) }),
  'send-structure': z.object({}),
  command: rawAnswer,
} as const satisfies Record<DriveOrder['do'], z.ZodType>;
export type OrderAnswer<Do extends DriveOrder['do']> = z.infer<(typeof ORDER_ANSWERS)[Do]>;

type Obeying = {
  readonly [Do in DriveOrder['do']]: (
    held: HeldDrive,
    order: Extract<DriveOrder, { do: Do }>,
  ) => Promise<OrderAnswer<Do>>;
};

const OBEYING: Obeying = {
  'select-mode-page': async ({ session }, { code, page, save }) => ({
    pages: await selectModePage(session, { code, page: fromHexDigits(page), save }),
  }),
  'send-structure': async ({ session }, { mediaType: of, format, payload }) => {
    await sendStructure(session, { mediaType: of, format, payload: fromHexDigits(payload) });
    return {};
  },
  command: ({ transport, session }, { command }) => sendRawCommand(transport, session.timing, command),
};

/** @throws SpindleError as the drive refuses. */
const obey = <Do extends DriveOrder['do']>(
  held: HeldDrive,
  order: Extract<DriveOrder, { do: Do }>,
): Promise<OrderAnswer<Do>> => OBEYING[order.do](held, order);

/** GET EVENT STATUS NOTIFICATION: drives tell of a change once. */
const EVENTS = 0x4a;

const senseKeyOf = (answer: object): number | undefined =>
  'sense' in answer ? (answer as RawAnswer).sense?.key : undefined;

/** What an order may leave, whatever becomes of it: of the medium, of a recording that goes on, or nothing. */
const traceOf = (order: DriveOrder): MediumTrace | undefined => {
  if (order.do !== 'command') return 'medium';
  const { cdb, direction } = commandOf(order.command);
  const opcode = cdb[0] ?? 0;
  const row = commandClass(opcode, direction);
  if ('leaves' in row) return row.leaves;
  return opcode === EVENTS ? 'medium' : undefined;
};

/** The drive told whoever asked, and will not tell it again. */
const traceOfAnswer = (answer: object): MediumTrace | undefined =>
  senseKeyOf(answer) === SENSE_KEYS.unitAttention ? 'medium' : undefined;

/** Found out by questions, before anything was sent that alters. */
const UNSENT: ReadonlySet<ErrorCode> = new Set(['mode-page-unchangeable']);

const isUnsent = (error: unknown): boolean => isSpindleError(error) && UNSENT.has(error.code);

/** Obeys, and says what that has left, also where it failed and nobody knows whether it was done. @throws SpindleError as `obey`. */
export const obeyNoting = async <Do extends DriveOrder['do']>(
  held: HeldDrive,
  order: Extract<DriveOrder, { do: Do }>,
  note: (trace: MediumTrace) => void,
): Promise<OrderAnswer<Do>> => {
  let trace = traceOf(order);
  try {
    const answer = await obey<Do>(held, order);
    trace ??= traceOfAnswer(answer);
    return answer;
  } catch (error) {
    if (isUnsent(error)) trace = undefined;
    throw error;
  } finally {
    if (trace) note(trace);
  }
};
