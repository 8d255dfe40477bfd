import { writeSync } from 'node:fs';

import type { Layout } from '../binary/layout.js';

const BUFFER = 64 * 1024;

/** Writes one section of a file from its beginning on, through a buffer. */
export class Appender {
  readonly #fd: number;
  readonly #buffer = new Uint8Array(BUFFER);
  #used = 0;
  #flushed: number;

  constructor(fd: number, position: number) {
    this.#fd = fd;
    this.#flushed = position;
  }

  /** Where in the file the next byte goes. */
  get position(): number {
    return this.#flushed + this.#used;
  }

  #write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      const count = writeSync(this.#fd, bytes, at, bytes.length - at, this.#flushed);
      at += count;
      this.#flushed += count;
    }
  }

  flush(): void {
    this.#write(this.#buffer.subarray(0, this.#used));
    this.#used = 0;
  }

  append(bytes: Uint8Array): void {
    if (bytes.length > BUFFER - this.#used) this.flush();
    if (bytes.length > BUFFER) {
      this.#write(bytes);
      return;
    }
    this.#buffer.set(bytes, this.#used);
    this.#used += bytes.length;
  }

  record<V, I>(layout: Layout<V, I>, values: I): void {
    if (layout.size > BUFFER - this.#used) this.flush();
    this.#buffer.fill(0, this.#used, this.#used + layout.size);
    layout.encodeInto(this.#buffer, this.#used, values);
    this.#used += layout.size;
  }
}
