import type { Duplex, Readable } from 'node:stream';
import type { z } from 'zod';

/** Twice the largest body of a request, whose defaults are told, too. A longer message is a mistake of the sender; the limit bounds what a peer can make us hold. */
export const FRAME_LIMIT = 8 << 20;

/** A peer that leaves so many bytes unread is taken for dead. */
const UNREAD_LIMIT = 2 * FRAME_LIMIT;

const PREFIX = 4;

/** Length (32 bits, most significant byte first) and JSON in UTF-8. Throws when the message is too long. */
export const encodeFrame = (message: unknown): Uint8Array => {
  const text = Buffer.from(JSON.stringify(message));
  if (text.length > FRAME_LIMIT) throw new Error(`A frame of ${text.length} bytes exceeds ${FRAME_LIMIT}`);
  const frame = Buffer.allocUnsafe(PREFIX + text.length);
  frame.writeUInt32BE(text.length, 0);
  text.copy(frame, PREFIX);
  return frame;
};

export interface FrameDecoder {
  /** The messages that are complete with this chunk. Throws on a length above the limit and on broken JSON. */
  push(chunk: Uint8Array): unknown[];
  /** Bytes of a message that is not complete. */
  pending(): number;
}

/** Finds the frames in a stream that arrives in pieces of any size; holds no more than one frame. */
export const frameDecoder = (): FrameDecoder => {
  let chunks: Uint8Array[] = [];
  let held = 0;
  let wanted = PREFIX;
  let inPrefix = true;

  const take = (): Buffer => {
    const all = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
    const rest = all.subarray(wanted);
    chunks = rest.length > 0 ? [rest] : [];
    held = rest.length;
    return Buffer.from(all.buffer, all.byteOffset, wanted);
  };

  const takePrefix = (): void => {
    wanted = take().readUInt32BE(0);
    if (wanted > FRAME_LIMIT) throw new Error(`A frame of ${wanted} bytes was announced`);
    inPrefix = false;
  };

  const takeMessage = (): unknown => {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(take());
    wanted = PREFIX;
    inPrefix = true;
    return JSON.parse(text) as unknown;
  };

  return {
    push: (chunk) => {
      chunks.push(chunk);
      held += chunk.length;
      const messages: unknown[] = [];
      while (held >= wanted) {
        if (inPrefix) takePrefix();
        else messages.push(takeMessage());
      }
      return messages;
    },
    pending: () => (inPrefix ? held : PREFIX + held),
  };
};

/** Whoever spoke has ended in the middle of it. */
export class TornFrame extends Error {
  constructor() {
    super('The stream ended within a frame');
  }
}

export interface FrameReader<T> {
  readonly receives: z.ZodType<T>;
  onFrame(frame: T): void;
  /** Called once; with the reason where the stream did not end between two frames. */
  onEnd(reason: Error | undefined): void;
}

/** Reads validated frames from a stream until it ends; whatever is no such frame destroys the stream. */
export const readFrames = <T>(stream: Readable, reader: FrameReader<T>): void => {
  const decoder = frameDecoder();
  let failed: Error | undefined;
  stream.on('data', (chunk: Uint8Array) => {
    try {
      for (const message of decoder.push(chunk)) {
        if (stream.destroyed) return;
        reader.onFrame(reader.receives.parse(message));
      }
    } catch (error) {
      stream.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  });
  stream.on('error', (error) => {
    failed = error;
  });
  stream.on('close', () => {
    const torn = decoder.pending() > 0 ? new TornFrame() : undefined;
    reader.onEnd(failed ?? torn);
  });
};

/** One end of a connection that carries frames both ways. */
export interface FrameChannel<Out> {
  /** Does nothing once the connection is over; a peer that does not read for long is cut off. */
  send(frame: Out): void;
  /** The peer has not yet taken what was sent: what may be dropped should be. */
  congested(): boolean;
  /** Says nothing more and closes when all is sent. */
  end(): void;
  destroy(): void;
}

/** Turns a connection into a channel of validated frames. */
export const openFrames = <In, Out>(stream: Duplex, reader: FrameReader<In>): FrameChannel<Out> => {
  readFrames(stream, reader);
  return {
    send: (frame) => {
      if (!stream.writable) return;
      if (stream.writableLength > UNREAD_LIMIT) stream.destroy(new Error('The peer does not read'));
      else stream.write(encodeFrame(frame));
    },
    congested: () => stream.writableNeedDrain,
    end: () => {
      stream.end();
    },
    destroy: () => {
      stream.destroy();
    },
  };
};
