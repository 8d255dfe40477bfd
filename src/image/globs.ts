/*
 * Globs of clients, who may be hostile: each name is matched in time that grows with the product of both lengths. The
 * regular expressions that libraries make of globs backtrack, and a pattern of many stars would stop a process for hours.
 */

/** Whether a name matches a pattern of `*` (any characters) and `?` (one character). */
const matchesName = (pattern: readonly string[], name: readonly string[]): boolean => {
  let [at, from] = [0, 0];
  let star: { readonly at: number; readonly from: number } | undefined;
  while (from < name.length) {
    if (pattern[at] === '*') {
      star = { at, from };
      at += 1;
    } else if (pattern[at] === '?' || pattern[at] === name[from]) {
      at += 1;
      from += 1;
    } else if (star) {
      star = { at: star.at, from: star.from + 1 };
      at = star.at + 1;
      from = star.from;
    } else return false;
  }
  return pattern.slice(at).every((character) => character === '*');
};

/** The same for paths: a name of two stars stands for any number of names, which may be none. */
const matchesPath = (pattern: readonly string[], path: readonly string[]): boolean => {
  // reached[n]: the names of the pattern so far match the first n names of the path.
  let reached = path.map(() => false);
  reached = [true, ...reached];
  for (const names of pattern) {
    const characters = Array.from(names);
    const next = reached.map(() => false);
    for (let count = 0; count <= path.length; count++) {
      if (names === '**') next[count] = reached[count] === true || (count > 0 && next[count - 1] === true);
      else if (count > 0 && reached[count - 1] === true)
        next[count] = matchesName(characters, Array.from(path[count - 1] ?? ''));
    }
    reached = next;
  }
  return reached.at(-1) === true;
};

/** Tells whether a path, relative to where a tree begins, is meant. */
type Glob = (path: string, isDirectory: boolean) => boolean;

/** Without a slash within it a pattern is about names, wherever they lie; one that ends in a slash is about directories. */
const globOf = (pattern: string): Glob => {
  const onlyDirectories = pattern.endsWith('/');
  const names = pattern.split('/').filter((name) => name !== '');
  const everywhere = !pattern.replace(/\/$/, '').includes('/');
  const whole = everywhere ? ['**', ...names] : names;
  return (path, isDirectory) => (isDirectory || !onlyDirectories) && matchesPath(whole, path.split('/'));
};

/** What of a tree is wanted. */
export interface TreeFilter {
  /** Patterns of files and directories that are left out, with all that lies in them. */
  readonly exclude: readonly string[];
  /** Patterns of files that are taken, or of directories that are taken as a whole; none: all. */
  readonly include: readonly string[];
}

/** What becomes of an entry of a tree: a directory is `searched` where something within it may be wanted. */
export type Verdict = 'taken' | 'searched' | 'left-out';

/** Decides about entries, directories before what is in them; `isWithinTaken`: its directory is taken as a whole. */
export type Judge = (path: string, entry: { isDirectory: boolean; isWithinTaken: boolean }) => Verdict;

export const judgeOf = ({ exclude, include }: TreeFilter): Judge => {
  const excluded = exclude.map(globOf);
  const included = include.map(globOf);
  return (path, { isDirectory, isWithinTaken }) => {
    const isMeant = (glob: Glob): boolean => glob(path, isDirectory);
    if (excluded.some(isMeant)) return 'left-out';
    if (include.length === 0 || isWithinTaken || included.some(isMeant)) return 'taken';
    return isDirectory ? 'searched' : 'left-out';
  };
};
