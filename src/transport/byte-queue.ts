/** Bytes of a stream, as they arrive in pieces and are taken in others. */
export class ByteQueue {
  readonly #pieces: Uint8Array[] = [];
  /** Bytes that can be taken. */
  length = 0;

  push(piece: Uint8Array): void {
    this.#pieces.push(piece);
    this.length += piece.length;
  }

  /** Moves as many of the next bytes into `target` as there are and fit. How many. */
  moveInto(target: Uint8Array): number {
    let filled = 0;
    while (filled < target.length && this.length > 0) filled += this.#moveOne(target.subarray(filled));
    return filled;
  }

  #moveOne(target: Uint8Array): number {
    const piece = this.#pieces.shift() ?? new Uint8Array(0);
    const part = piece.subarray(0, target.length);
    target.set(part);
    if (part.length < piece.length) this.#pieces.unshift(piece.subarray(part.length));
    this.length -= part.length;
    return part.length;
  }
}
