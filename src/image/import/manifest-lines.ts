const LONGEST_LINE = 256 * 1024;
const LINE_END = 10;

/** Lines of a manifest without their ends; one that is longer than any path ends it. */
export async function* linesOf(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let rest: Uint8Array = new Uint8Array();
  for await (const piece of pieces) {
    let bytes: Uint8Array = Buffer.concat([rest, piece]);
    for (let end = bytes.indexOf(LINE_END); end !== -1; end = bytes.indexOf(LINE_END)) {
      yield bytes.subarray(0, end);
      bytes = bytes.subarray(end + 1);
    }
    rest = bytes;
    if (rest.length > LONGEST_LINE) break;
  }
  if (rest.length > 0) yield rest;
}
