import { z } from 'zod';

/** `2Ah`, `0x2a` or `42`. */
const CODE = /^(?:0x([0-9a-f]{1,2})|([0-9a-f]{1,2})h|(\d{1,3}))$/i;

const toCode = (text: string): number => {
  const [, prefixed, suffixed, decimal] = CODE.exec(text) ?? [];
  return decimal === undefined ? Number.parseInt(prefixed ?? suffixed ?? '', 16) : Number(decimal);
};

/** A code of one byte in an address, up to `most`: in hex as the standards write it, or in decimal as JSON has it. */
export const codeParameter = (most: number, what: string) =>
  z
    .string()
    .refine((text) => toCode(text) <= most, `must be a code up to ${most}, such as 2Ah, 0x2a or 42`)
    .transform(toCode)
    .meta({ description: `${what}, such as \`2Ah\`, \`0x2a\` or \`42\`` });
