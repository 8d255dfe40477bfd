/** Numbers that follow each other. */
export interface Stretch {
  readonly first: number;
  readonly count: number;
}

const bitOf = (index: number): number => 1 << (index & 7);

/** Which numbers of both sets: those that stand in both, or in none of them. */
const CHOSEN = {
  both: (one: number, other: number): number => one & other,
  neither: (one: number, other: number): number => ~(one | other) & 0xff,
} as const;

/** Numbers from 0 on, a bit for each, the least significant of a byte first. */
export class BitSet {
  readonly size: number;
  readonly #bytes: Uint8Array;

  constructor(size: number, bytes: Uint8Array = new Uint8Array(Math.ceil(size / 8))) {
    this.size = size;
    this.#bytes = bytes;
  }

  #byte(index: number): number {
    return this.#bytes[index] ?? 0;
  }

  #put(from: number, end: number, value: number): void {
    for (let index = from; index < end; index++) {
      const bit = bitOf(index);
      this.#bytes[index >>> 3] = (this.#byte(index >>> 3) & ~bit) | (value & bit);
    }
  }

  /** `value` is a whole byte of what is put. */
  #fill({ first, count }: Stretch, value: number): void {
    const end = Math.min(this.size, first + count);
    const aligned = Math.min(end, Math.ceil(first / 8) * 8);
    const whole = Math.max(aligned, end - (end % 8));
    this.#put(first, aligned, value);
    this.#bytes.fill(value, aligned / 8, whole / 8);
    this.#put(whole, end, value);
  }

  /** What lies behind the last number is left out. */
  add(stretch: Stretch): void {
    this.#fill(stretch, 0xff);
  }

  remove(stretch: Stretch): void {
    this.#fill(stretch, 0);
  }

  /** How many numbers are in the set. */
  get count(): number {
    let total = 0;
    for (const { count } of this.stretches('both', this)) total += count;
    return total;
  }

  /** Numbers that follow each other and stand in both sets, or in neither. */
  *stretches(which: keyof typeof CHOSEN, other: BitSet): Generator<Stretch> {
    const end = Math.min(this.size, other.size);
    let first = -1;
    for (const index of this.#changes(which, other, end)) {
      if (first >= 0) yield { first, count: index - first };
      first = first < 0 ? index : -1;
    }
    if (first >= 0) yield { first, count: end - first };
  }

  /** Where those that are chosen begin and end, one after the other; whole bytes in which nothing changes are passed over. */
  *#changes(which: keyof typeof CHOSEN, other: BitSet, end: number): Generator<number> {
    let inside = false;
    for (let at = 0; at < end; at += 8) {
      const chosen = CHOSEN[which](this.#byte(at >>> 3), other.#byte(at >>> 3));
      if (chosen === (inside ? 0xff : 0)) continue;
      for (let index = at; index < Math.min(end, at + 8); index++) {
        if (((chosen & bitOf(index)) !== 0) === inside) continue;
        yield index;
        inside = !inside;
      }
    }
  }
}
