import { Socket } from 'node:net';
import { fromFailure, SpindleError } from '../errors.js';
import type { BlockReader } from '../image/import/block-reader.js';
import { openFrames } from './frames.js';
import { type BlockAnswer, blockAnswer, type BlockQuestion } from './mastering-protocol.js';

/** The descriptor at which a mastering process asks for blocks. */
const ASKING_FD = 3;

interface Asked {
  readonly resolve: (bytes: Uint8Array) => void;
  readonly reject: (error: Error) => void;
}

const ended = (): SpindleError =>
  new SpindleError('mastering-failed', 'Nobody answers for the medium any more.');

/** Blocks of a medium, which the daemon has its drive's worker read. One question at a time. */
export const openMediumBlocks = (
  blocks: number,
  onRead: (blocks: number) => void,
): BlockReader & { readonly close: () => void } => {
  let asked: Asked | undefined;
  let over = false;
  let read = 0;
  const answer = (given: BlockAnswer): void => {
    const waiting = asked;
    asked = undefined;
    if ('failure' in given) waiting?.reject(fromFailure(given.failure));
    else waiting?.resolve(Buffer.from(given.bytes, 'base64'));
  };
  const channel = openFrames<BlockAnswer, BlockQuestion>(new Socket({ fd: ASKING_FD }), {
    receives: blockAnswer,
    onFrame: answer,
    onEnd: () => {
      over = true;
      asked?.reject(ended());
    },
  });
  return {
    blocks,
    read: (first, count) =>
      new Promise((resolve, reject) => {
        if (over || asked) {
          reject(over ? ended() : new Error('a question before the last one was answered'));
          return;
        }
        asked = {
          reject,
          resolve: (bytes) => {
            read += count;
            onRead(read);
            resolve(bytes);
          },
        };
        channel.send({ first, count });
      }),
    close: () => {
      channel.end();
    },
  };
};
