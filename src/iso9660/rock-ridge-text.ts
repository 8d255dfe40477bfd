import { uint8 } from '../binary/codec.js';
import { bp, layout } from '../binary/layout.js';

/** Linux, limits.h: NAME_MAX, and PATH_MAX without its final NUL. */
const LONGEST_NAME = 255;
export const LONGEST_TARGET = 4095;

/** What comes in pieces, each of some bytes, and is joined once; of what is too long no more is kept. */
class Pieces {
  readonly #most: number;
  readonly #pieces: Uint8Array[] = [];
  length = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get isTooLong(): boolean {
    return this.length > this.#most;
  }

  /** Whether all that there is is one byte, and this. */
  isOnly(byte: number): boolean {
    return this.length === 1 && this.#pieces[0]?.[0] === byte;
  }

  add(piece: Uint8Array): void {
    if (this.isTooLong || piece.length === 0) return;
    this.#pieces.push(piece);
    this.length += piece.length;
  }

  joined(): Uint8Array {
    const bytes = new Uint8Array(this.length);
    let at = 0;
    for (const piece of this.#pieces) {
      bytes.set(piece, at);
      at += piece.length;
    }
    return bytes;
  }
}

/** RRIP 1.12 §4.1.3 and §4.1.4, SL and NM, up to their text. */
const flagged = layout('entry with flags', 5, { flags: bp(5, 5, uint8) });

/** A name or a target, as far as its entries were read. */
export interface Text {
  readonly pieces: Pieces;
  /** There was an entry of it. */
  readonly begun: boolean;
  add(entry: Uint8Array): void;
}

/** RRIP 1.12 §4.1.4, NM: flags for this and the parent directory name nothing. */
const NAME_IS_SPECIAL = 0x26;

/** RRIP 1.12 §4.1.4: the name, in as many NM as there are. */
export const nameText = (): Text => {
  const pieces = new Pieces(LONGEST_NAME);
  const text = { pieces, begun: false };
  const add = (entry: Uint8Array): void => {
    if (entry.length < flagged.size || (flagged.decode(entry).flags & NAME_IS_SPECIAL) !== 0) return;
    text.begun = true;
    pieces.add(entry.subarray(flagged.size));
  };
  return Object.assign(text, { add });
};

/** RRIP 1.12 §4.1.3: of an SL, and of its components. */
const CONTINUES = 1;
const COMPONENT_TEXT: Readonly<Record<number, string>> = { 2: '.', 4: '..', 8: '' };
const ROOT_COMPONENT = 8;
const SLASH = 0x2f;
const SEPARATOR = Uint8Array.of(SLASH);

const utf8 = new TextEncoder();

/** RRIP 1.12 §4.1.3: the target of a symbolic link, component by component, in as many SL as there are. */
export const targetText = (): Text => {
  const pieces = new Pieces(LONGEST_TARGET);
  const text = { pieces, begun: false };
  /** The last component goes on with the next one. */
  let open = false;
  const addComponent = (flags: number, content: Uint8Array): void => {
    const special = COMPONENT_TEXT[flags & ~CONTINUES];
    const isRoot = flags === ROOT_COMPONENT;
    if (isRoot || (!open && text.begun && !pieces.isOnly(SLASH))) pieces.add(SEPARATOR);
    if (!isRoot) pieces.add(special === undefined ? content : utf8.encode(special));
    open = (flags & CONTINUES) !== 0;
    text.begun = true;
  };
  const add = (entry: Uint8Array): void => {
    for (let at = flagged.size; at + 2 <= entry.length && !pieces.isTooLong;) {
      const [flags = 0, length = 0] = entry.subarray(at, at + 2);
      if (at + 2 + length > entry.length) break;
      addComponent(flags, entry.subarray(at + 2, at + 2 + length));
      at += 2 + length;
    }
  };
  return Object.assign(text, { add });
};
