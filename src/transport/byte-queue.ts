/** Bytes of a stream, as they arrive in pieces and are taken in others. */
export class ByteQueue {
  readonly #pieces: Uint8Array[] = [];
  /** Bytes that can be taken. */
  length = 0;

  push(piece: Uint8Array): void {
    this.#pieces.push(piece);
    this.length += piece.length;
  }

  /** The next `length` bytes, as they lie where one piece has them all, else copied once; undefined until they are there. */
  take(length: number): Uint8Array | undefined {
    if (length > this.length) return undefined;
    const [first] = this.#pieces;
    if (first !== undefined && length <= first.length) {
      if (length < first.length) this.#pieces[0] = first.subarray(length);
      else this.#pieces.shift();
      this.length -= length;
      return first.subarray(0, length);
    }
    const taken = new Uint8Array(length);
    for (let filled = 0; filled < length;) filled += this.#moveInto(taken.subarray(filled));
    this.length -= length;
    return taken;
  }

  #moveInto(target: Uint8Array): number {
    const piece = this.#pieces.shift() ?? new Uint8Array(0);
    const part = piece.subarray(0, target.length);
    target.set(part);
    if (part.length < piece.length) this.#pieces.unshift(piece.subarray(part.length));
    return part.length;
  }
}
