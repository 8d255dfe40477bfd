import { z } from 'zod';
import { fromHexDigits } from '../binary/hex.js';
import { commandClassName } from '../drive/raw-command.js';
import { ulid } from '../jobs/identifier.js';
import { fitsGroup } from '../scsi/cdb.js';

/** What one command carries at most. */
const MOST_BYTES = 256 * 1024;
const MOST_MS = 600_000;

const digitsOf = (text: string): string => text.replaceAll(' ', '').toLowerCase();

/** Pairs of hex digits, with or without spaces between them. */
export const hexBytes = z
  .string()
  .regex(/^(?:[0-9a-f]{2}(?: ?[0-9a-f]{2})*)?$/i, 'must be pairs of hex digits')
  .transform(digitsOf);

/** How bytes are given: in the form that suits the client. */
const sent = z.base64().max(Math.ceil(MOST_BYTES / 3) * 4);

const base = z.strictObject({
  lease: ulid.optional().meta({ description: 'Of the drive; needed' }),
  cdb: hexBytes.meta({
    description: 'The command descriptor block, 6 to 16 bytes',
    examples: ['12 00 00 00 24 00'],
  }),
  direction: z.enum(['none', 'from-drive', 'to-drive']).default('none'),
  length: z.int().min(1).max(MOST_BYTES).optional().meta({
    description:
      'Bytes that come from the drive at most; what the CDB asks for, since bridges stall otherwise',
  }),
  data: sent.optional().meta({ description: 'What goes to the drive, 256 KiB at most' }),
  timeoutMs: z.int().min(100).max(MOST_MS).default(30_000),
  class: commandClassName.default('read').meta({
    description:
      'What the command may do at most: `read` asks, `write` alters the medium or the drive, `vendor` is known to nobody. One that may do more is refused',
  }),
});

type Fields = z.infer<typeof base>;

const bytesOf = ({ data }: Fields): number => Buffer.byteLength(data ?? '', 'base64');

/** What is wrong with a command whose fields are all right. */
const PARTS: readonly {
  readonly field: keyof Fields;
  readonly message: string;
  readonly isWrong: (of: Fields) => boolean;
}[] = [
  {
    field: 'cdb',
    message:
      'must have as many bytes as its group has: 6 for opcodes to 1Fh, 10 to 5Fh, 16 for 80h to 9Fh, 12 for A0h to BFh, else 6 to 16',
    isWrong: ({ cdb }) => {
      const bytes = fromHexDigits(cdb);
      return bytes.length === 0 || !fitsGroup(bytes[0] ?? 0, bytes.length);
    },
  },
  {
    field: 'length',
    message: 'must be there where data come from the drive, and only then',
    isWrong: ({ direction, length }) => (direction === 'from-drive') !== (length !== undefined),
  },
  {
    field: 'data',
    message: 'must be there where data go to the drive, and only then',
    isWrong: (of) => (of.direction === 'to-drive') !== bytesOf(of) > 0,
  },
  {
    field: 'data',
    message: `must be ${MOST_BYTES} bytes or less`,
    isWrong: (of) => bytesOf(of) > MOST_BYTES,
  },
];

export const commandRequest = base
  .superRefine((of, context) => {
    for (const { field, message, isWrong } of PARTS)
      if (isWrong(of)) context.addIssue({ code: 'custom', path: [field], message });
  })
  .meta({ id: 'CommandRequest' });
export type CommandRequest = z.infer<typeof commandRequest>;
