import { uint8 } from '../binary/codec.js';
import { type Field, type Layout, byte, fixed, layout } from '../binary/layout.js';

/** Bytes of a CDB by the group code of its opcode, SPC-3 §4.3.4.1; the other groups have no fixed length. */
const LENGTHS: Readonly<Record<number, number>> = { 0: 6, 1: 10, 2: 10, 4: 16, 5: 12 };

/** The longest and the shortest that the kernel carries. */
const SHORTEST_CDB = 6;
const LONGEST_CDB = 16;

/** Whether a CDB of so many bytes fits the group of its opcode; vendor specific and reserved ones may have any length. */
export const fitsGroup = (opcode: number, bytes: number): boolean => {
  const length = LENGTHS[opcode >> 5];
  return length === undefined ? bytes >= SHORTEST_CDB && bytes <= LONGEST_CDB : bytes === length;
};

/** The layout of a command descriptor block; `name` is the command's, as the standard spells it. */
export type Cdb<V, I = V> = Layout<V, I> & { readonly opcode: number };

const cdbLength = (opcode: number): number => {
  const length = LENGTHS[opcode >> 5];
  if (length === undefined) throw new RangeError(`opcode ${opcode.toString(16)}h has no fixed length`);
  return length;
};

/** Declares a command. Its length follows from the opcode; byte 0 is claimed already. */
export const cdb = <const F extends Readonly<Record<string, Field<unknown, 'value' | 'flag'>>>>(
  name: string,
  opcode: number,
  fields: F,
) => ({
  ...layout(name, cdbLength(opcode), { ...fields, operationCode: fixed(byte(0, uint8), opcode) }),
  opcode,
});
