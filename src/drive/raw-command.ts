import { z } from 'zod';
import { toHex } from '../binary/hex.js';
import { COMMAND_CLASSES } from '../scsi/command-class.js';
import { commandName } from '../scsi/opcodes.js';
import { senseMeaning } from '../scsi/sense-meaning.js';
import { decodeSense, formatSense } from '../scsi/sense.js';
import type { Answer, Command, Transport } from '../transport/transport.js';
import { statusFailure } from './command-failure.js';
import { rawBytes } from './decoded-view.js';
import type { Timing } from './timing.js';

export const commandClassName = z.enum(COMMAND_CLASSES);

/** A command as a client has made it; what it may be has been looked at. */
export const rawCommand = z.object({
  cdb: z.base64(),
  direction: z.enum(['none', 'from-drive', 'to-drive']),
  /** Bytes that come from the drive at most. */
  length: z.int().min(0),
  /** What goes to the drive. */
  data: z.base64(),
  timeoutMs: z.int().min(1),
});
export type RawCommand = z.infer<typeof rawCommand>;

const senseView = z.strictObject({
  key: z.int(),
  asc: z.int(),
  ascq: z.int(),
  code: z.string().meta({ description: 'Sense key/ASC/ASCQ, e.g. `5/24/00`' }),
  text: z.string().meta({ description: "The standard's text for it" }),
  deferred: z.boolean().meta({ description: 'It belongs to an earlier command' }),
  information: z.int().optional(),
  progress: z.number().optional().meta({ description: 'Of a long operation, 0 to 1' }),
});

export const rawAnswer = z
  .strictObject({
    command: z.string().meta({ description: 'Name of the command as the standard spells it' }),
    status: z.enum(['good', 'check-condition', 'busy', 'reservation-conflict']),
    sense: senseView.optional().meta({ description: 'Absent where none came, or none that is understood' }),
    senseBytes: rawBytes.optional(),
    data: z.base64().meta({ description: 'What came from the drive' }),
    moved: z.int().min(0).meta({ description: 'Bytes of data that moved, in either direction' }),
    durationMs: z.number().min(0),
  })
  .meta({ id: 'CommandAnswer' });
export type RawAnswer = z.infer<typeof rawAnswer>;

const fromBase64 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'base64'));

export const commandOf = ({ cdb, direction, length, data, timeoutMs }: RawCommand): Command => {
  const bytes = fromBase64(cdb);
  const base = { name: commandName(bytes[0] ?? 0), cdb: bytes, timeoutMs };
  if (direction === 'none') return { ...base, direction };
  return direction === 'to-drive'
    ? { ...base, direction, data: fromBase64(data) }
    : { ...base, direction, length };
};

const senseOf = (bytes: Uint8Array): Pick<RawAnswer, 'sense' | 'senseBytes'> => {
  const sense = decodeSense(bytes);
  const senseBytes = toHex(bytes);
  if (!sense) return { senseBytes };
  const { key, asc, ascq, deferred, information, progress } = sense;
  return {
    senseBytes,
    sense: {
      key,
      asc,
      ascq,
      deferred,
      code: formatSense(sense),
      text: senseMeaning(sense).title,
      ...(information !== undefined && { information }),
      ...(progress !== undefined && { progress }),
    },
  };
};

const dataOf = (answer: Answer): string =>
  'data' in answer ? Buffer.from(answer.data).toString('base64') : '';

/**
 * Sends one command once, whatever the drive answers. @throws SpindleError `drive-lost`, `drive-timeout`, `drive-link-failed` where
 * nobody knows what became of it.
 */
export const sendRawCommand = async (
  transport: Transport,
  timing: Timing,
  raw: RawCommand,
): Promise<RawAnswer> => {
  const command = commandOf(raw);
  const began = timing.now();
  const answer = await transport.execute(command);
  if (answer.status === 'transport-error') throw statusFailure(command, answer);
  return {
    command: command.name,
    status: answer.status,
    ...(answer.status === 'check-condition' && senseOf(answer.sense)),
    data: dataOf(answer),
    moved: answer.moved,
    durationMs: Math.round((timing.now() - began) * 10) / 10,
  };
};
