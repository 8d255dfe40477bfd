import { SpindleError } from '../errors.js';

/**
 * As many bytes as were announced: to the daemon more of them would be another request, and for fewer it would wait.
 * @throws SpindleError `source-changed`.
 */
export async function* exactly(
  content: AsyncIterable<Uint8Array>,
  bytes: number,
): AsyncGenerator<Uint8Array> {
  let left = bytes;
  let held: Uint8Array | undefined;
  for await (const piece of content) {
    if (held) yield held;
    held = piece;
    left -= piece.length;
    if (left < 0) break;
  }
  if (left !== 0)
    throw new SpindleError('source-changed', `What was sent has no longer the ${bytes} bytes that it had.`);
  // The last one comes when it is known to be that: what is not whole is no body.
  if (held) yield held;
}

/** @throws SpindleError `answer-cut` where the connection ends before all is there that was announced. */
export async function* untilCut(answer: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* answer;
  } catch (cause) {
    throw new SpindleError('answer-cut', 'Only a part of what was asked for has come.', { cause });
  }
}
