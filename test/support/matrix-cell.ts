import { it } from 'vitest';

import type { BlankName } from '../../src/virtual/media.js';
import { today } from './sample.js';

/** Who records; `test/matrix/performers.mjs` has a row for each. */
export type Performer =
  | 'our engine'
  | 'growisofs'
  | 'dvd+rw-format'
  | 'dvd+rw-mediainfo'
  | 'xorriso'
  | 'cdrskin'
  | 'wodim'
  | 'cdrdao'
  | 'our engine on tgt';

/** Tests of the matrix: somebody records on a medium in one way, and what then lies on it is as it must be. */
export interface MatrixCell<Medium extends BlankName> {
  readonly medium: Medium | readonly Medium[];
  /** The way of recording, in the words that other cells use. */
  readonly mode: string;
  readonly performer: Performer;
  /** Where the test expects that the performer does not do it: why. */
  readonly refusal?: string;
  /** In every run, or this medium of them; the others take turns. */
  readonly always?: boolean | Medium;
}

/** Every cell comes up once in so many days. */
const TURN_DAYS = 16;

/** `all`, or texts of the cells that are asked for, a line each. */
const ASKED = process.env['SPINDLE_MATRIX']?.split('\n');

const isChosen = (place: string, always: boolean): boolean => {
  if (ASKED === undefined) return always || today(place, TURN_DAYS);
  return ASKED[0] === 'all' || ASKED.some((text) => place.includes(text));
};

/** A test for each medium, whose title is its place in docs/matrix.md. */
export const cell = <const Medium extends BlankName>(
  { medium, mode, performer, refusal, always = false }: MatrixCell<Medium>,
  body: (medium: Medium) => Promise<void>,
): void => {
  const media = typeof medium === 'string' ? [medium] : medium;
  for (const each of media) {
    const place = `${each} | ${mode} | ${performer}`;
    const title = refusal === undefined ? place : `${place} | ${refusal}`;
    it.skipIf(!isChosen(place, always === true || always === each))(title, () => body(each));
  }
};
