import { pathBytes, pathText } from '../os/path-bytes.js';

/** Characters that would end a line or look like what stands for them, and what stands for them. */
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r' };

const DIGEST_CHARACTERS = 64;

/**
 * What follows the digest in a line, as sha256sum of GNU coreutils 9.1 writes and reads it: two spaces, and the path from the directory in
 * which it is checked. In a path with a backslash or the end of a line these are escaped, and a backslash stands before the digest.
 */
const partsOf = (path: string): { readonly mark: string; readonly rest: Uint8Array } => {
  const escaped = path.replace(/[\\\n\r]/g, (character) => ESCAPES[character] ?? '');
  return { mark: escaped === path ? '' : '\\', rest: pathBytes(`  ${escaped}\n`) };
};

/** Bytes of the line of a file, its end included. */
export const manifestLineBytes = (path: string): number => {
  const { mark, rest } = partsOf(path);
  return mark.length + DIGEST_CHARACTERS + rest.length;
};

/** The line of a file, whose path has no leading `/`. */
export const manifestLine = (path: string, sha256: Uint8Array): Uint8Array => {
  const { mark, rest } = partsOf(path);
  return Buffer.concat([Buffer.from(mark + Buffer.from(sha256).toString('hex')), rest]);
};

const ESCAPED: Readonly<Record<string, string>> = { '\\\\': '\\', '\\n': '\n', '\\r': '\r' };

/** A line of a manifest, whoever wrote it; undefined where it is none. GNU sha256sum marks what it read as binary by an asterisk. */
export const readManifestLine = (
  line: Uint8Array,
): { readonly path: string; readonly sha256: string } | undefined => {
  const { mark, sha256, path } =
    /^(?<mark>\\?)(?<sha256>[0-9a-fA-F]{64}) [ *](?<path>.+)$/s.exec(pathText(line))?.groups ?? {};
  if (sha256 === undefined || path === undefined) return undefined;
  const plain = mark === '' ? path : path.replace(/\\[\\nr]/g, (escape) => ESCAPED[escape] ?? escape);
  return { path: plain.replace(/^(\.?\/)+/, ''), sha256: sha256.toLowerCase() };
};
