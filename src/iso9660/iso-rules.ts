/** ECMA-119 §10: interchange levels; level 3 has the names of level 2 and files of several extents. */
export type Level = 1 | 2 | 3;

/** Rules of ECMA-119 that may be broken: readers do not mind. */
export const RELAXATIONS = [
  'lower-case',
  'ascii',
  'many-dots',
  'long-names',
  'no-version',
  'deep-paths',
] as const;
export type Relaxation = (typeof RELAXATIONS)[number];

/** How identifiers of the primary tree are made. */
export interface IsoRules {
  /** What may not stand in a name, by itself without dots. */
  readonly forbidden: RegExp;
  readonly upperCase: boolean;
  readonly manyDots: boolean;
  readonly version: boolean;
  /** Most characters. */
  readonly stem: number;
  readonly extension: number;
  readonly file: number;
  readonly directory: number;
}

/** 37 characters are what others allow whoever breaks this rule (`-max-iso9660-filenames`). */
const LONG = { stem: 37, extension: 37, file: 36, directory: 37 };

/** ECMA-119 §7.5.1, §7.6.3 and §10.1: 8 and 3 at level 1, else 30 together, without the dot. */
const LENGTHS = {
  1: { stem: 8, extension: 3, file: 11, directory: 8 },
  2: { stem: 30, extension: 30, file: 30, directory: 31 },
  3: { stem: 30, extension: 30, file: 30, directory: 31 },
} as const;

/** ECMA-119 §7.4.1: d-characters, or as many more as the rules allow. */
const forbidden = (relaxed: ReadonlySet<Relaxation>): RegExp => {
  if (relaxed.has('ascii')) return /[^ -~]|[;/.]/gu;
  return relaxed.has('lower-case') ? /[^A-Za-z0-9_]/gu : /[^A-Z0-9_]/gu;
};

export const isoRules = (level: Level, relaxations: readonly Relaxation[] = []): IsoRules => {
  const relaxed = new Set(relaxations);
  return {
    forbidden: forbidden(relaxed),
    upperCase: !relaxed.has('lower-case'),
    manyDots: relaxed.has('many-dots'),
    version: !relaxed.has('no-version'),
    ...(relaxed.has('long-names') ? LONG : LENGTHS[level]),
  };
};
