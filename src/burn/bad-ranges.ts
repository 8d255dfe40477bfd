/** Blocks of an image that are not on the medium as they were sent. */
export interface Finding {
  /** Block of the image. */
  readonly from: number;
  readonly count: number;
  readonly kind: 'mismatch' | 'unreadable';
  /** Each of the blocks is bad; otherwise some of them are. */
  readonly exact: boolean;
  /** The file that all of them belong to, where a digest of the file tells that they are bad. */
  readonly file?: string;
  /** The named stream of the file, where it is not the file itself. */
  readonly stream?: string;
  /** `from` is a block of the medium, which an earlier session holds. */
  readonly onMedium?: true;
}

export interface BadRange extends Finding {
  /** Paths on the disc of the files that the blocks belong to. */
  readonly files: readonly string[];
}

/** A disc with more than that is beyond use, and reading it to its end would take hours. */
const MOST_RANGES = 100;
const MOST_BLOCKS = 10_000;

const continues = (last: Finding | undefined, next: Finding): last is Finding =>
  last?.kind === next.kind &&
  last.file === next.file &&
  last.stream === next.stream &&
  last.onMedium === next.onMedium &&
  last.exact === next.exact &&
  last.from + last.count === next.from;

export interface BadBlocks {
  add(findings: readonly Finding[]): void;
  isEmpty(): boolean;
  isFull(): boolean;
  ranges(): BadRange[];
}

/** Joins findings that follow each other and names the files that they are in. */
export const collectBad = (fileAt: ((block: number) => string | undefined) | undefined): BadBlocks => {
  const findings: Finding[] = [];

  const add = (finding: Finding): void => {
    const last = findings.at(-1);
    if (continues(last, finding))
      findings[findings.length - 1] = { ...last, count: last.count + finding.count };
    else findings.push(finding);
  };

  const filesOf = ({ from, count, file: known }: Finding): string[] => {
    if (known !== undefined) return [known];
    const files = new Set<string>();
    for (let block = from; block < from + count; block++) {
      const file = fileAt?.(block);
      if (file !== undefined) files.add(file);
    }
    return [...files];
  };

  return {
    add: (more) => {
      more.forEach(add);
    },
    isEmpty: () => findings.length === 0,
    isFull: () =>
      findings.length >= MOST_RANGES ||
      findings.reduce((blocks, { count, file }) => blocks + (file === undefined ? count : 1), 0) >=
        MOST_BLOCKS,
    ranges: () => findings.map((finding) => ({ ...finding, files: filesOf(finding) })),
  };
};
