import { z } from 'zod';
import { OF_FORM } from './problem.js';

/** `2Ah`, `0x2a` or `42`. */
const CODE = /^(?:0x([0-9a-f]{1,2})|([0-9a-f]{1,2})h|(\d{1,3}))$/i;

const toCode = (text: string): number => {
  const [, prefixed, suffixed, decimal] = CODE.exec(text) ?? [];
  return decimal === undefined ? Number.parseInt(prefixed ?? suffixed ?? '', 16) : Number(decimal);
};

const inHex = (code: number): string => `${code.toString(16).toUpperCase().padStart(2, '0')}h`;

/**
 * A code of one byte in an address, up to `most`: in hex as the standards write it, or in decimal as JSON has it. What is no code cannot be
 * understood; behind `most` there is nothing.
 */
export const codeParameter = (most: number, what: string) =>
  z
    .string()
    .refine((text) => toCode(text) <= 0xff, {
      error: 'must be a code of one byte, such as 2Ah, 0x2a or 42',
      params: OF_FORM,
      abort: true,
    })
    .refine((text) => toCode(text) <= most, `must be ${inHex(most)} or less`)
    .transform(toCode)
    .meta({ description: `${what}, such as \`2Ah\`, \`0x2a\` or \`42\`` });
