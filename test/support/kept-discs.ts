import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BlankName } from '../../src/virtual/media.js';
import { createMedium } from '../../src/virtual/medium/medium-store.js';

export interface KeptDisc {
  /** By which the daemon knows it. */
  readonly name: string;
  readonly folder: string;
}

/** Makes blanks where the daemon of this state directory keeps media. */
export const keptDiscs = (state: string): ((blank: BlankName) => KeptDisc) => {
  const media = join(state, 'virtual', 'media');
  let made = 0;
  return (blank) => {
    mkdirSync(media, { recursive: true });
    const name = `disc-${(made += 1)}`;
    const folder = join(media, name);
    createMedium(folder, blank);
    return { name, folder };
  };
};
