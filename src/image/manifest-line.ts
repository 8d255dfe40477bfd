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

/** What a line of a manifest tells of: a file by its path without leading `/`, or a named stream of it, or of a directory. */
export interface Listed {
  readonly path: string;
  readonly stream?: string | undefined;
}

/** sha256sum of GNU coreutils 9.1 passes over what begins so: it can open no stream. */
const STREAM = '# stream ';

const escapedColon = (text: string): string =>
  text.replace(/[\\\n\r:]/g, (character) => ESCAPES[character] ?? '\\:');

/** A stream's line, with a colon between path and name. Colons of both, backslashes and ends of lines are escaped. */
const partsOfStream = (path: string, stream: string): ReturnType<typeof partsOf> => ({
  mark: STREAM,
  rest: pathBytes(`  ${escapedColon(path)}:${escapedColon(stream)}\n`),
});

const partsOfListed = ({ path, stream }: Listed): ReturnType<typeof partsOf> =>
  stream === undefined ? partsOf(path) : partsOfStream(path, stream);

/** Bytes of the line of a file or stream, its end included. */
export const manifestLineBytes = (listed: Listed): number => {
  const { mark, rest } = partsOfListed(listed);
  return mark.length + DIGEST_CHARACTERS + rest.length;
};

/** The line of a file or stream. */
export const manifestLine = (listed: Listed, sha256: Uint8Array): Uint8Array => {
  const { mark, rest } = partsOfListed(listed);
  return Buffer.concat([Buffer.from(mark + Buffer.from(sha256).toString('hex')), rest]);
};

const ESCAPED: Readonly<Record<string, string>> = { '\\\\': '\\', '\\n': '\n', '\\r': '\r', '\\:': ':' };

const unescaped = (text: string, escapes: RegExp): string =>
  text.replace(escapes, (escape) => ESCAPED[escape] ?? escape);

interface ReadLine extends Listed {
  readonly sha256: string;
}

const readStreamLine = (line: string): ReadLine | undefined => {
  const { sha256, path, stream } =
    /^# stream (?<sha256>[0-9a-f]{64}) {2}(?<path>(?:[^\\:]|\\.)*):(?<stream>(?:[^\\:]|\\.)+)$/s.exec(line)
      ?.groups ?? {};
  if (sha256 === undefined || path === undefined || stream === undefined) return undefined;
  const escapes = /\\[\\nr:]/g;
  return { path: unescaped(path, escapes), stream: unescaped(stream, escapes), sha256 };
};

/**
 * A line of a manifest, whoever wrote it; undefined where it is none. GNU sha256sum marks what it read as binary by an asterisk, and takes a line
 * that begins with `#` for a comment.
 */
export const readManifestLine = (line: Uint8Array): ReadLine | 'comment' | undefined => {
  const text = pathText(line);
  if (text.startsWith('#')) return readStreamLine(text) ?? 'comment';
  const { mark, sha256, path } =
    /^(?<mark>\\?)(?<sha256>[0-9a-fA-F]{64}) [ *](?<path>.+)$/s.exec(text)?.groups ?? {};
  if (sha256 === undefined || path === undefined) return undefined;
  const plain = mark === '' ? path : unescaped(path, /\\[\\nr]/g);
  return { path: plain.replace(/^(\.?\/)+/, ''), sha256: sha256.toLowerCase() };
};
