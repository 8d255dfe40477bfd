import type { MediumKind } from './medium.js';
import { isCd } from './speeds.js';

/** Blocks of run-out behind a track at once, which belong to it and cannot be read. A track of a session at once has none. */
export const RUN_OUT = 2;

/** How many of the last blocks of a medium may be run-out, which READ CAPACITY counts: of a CD alone, and nobody says which tracks have it. */
export const runOutAtEnd = (kind: MediumKind): number => (isCd(kind) ? RUN_OUT : 0);
