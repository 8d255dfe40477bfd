import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BurnOptions } from '../../src/burn/options.js';
import { exportImage } from '../../src/virtual/medium/export-image.js';
import type { Rig } from './burn-rig.js';
import { temporaryFolder } from './temporary-folder.js';

/** What a first session, and another one behind it, are asked for with. */
export const OPEN = { close: 'session' } as const;
export const APPEND = { onNonBlank: 'append', close: 'session' } as const;

/** Media that keep sessions, and how these are recorded. */
export const SESSION_MODES = [
  ['cd-r', 'tao'],
  ['cd-r', 'sao'],
  ['cd-rw', 'tao'],
  ['cd-rw', 'sao'],
  ['dvd-r', 'auto'],
  ['dvd-rw', 'auto'],
  ['dvd-r-dl', 'layer-jump'],
  ['dvd+r', 'auto'],
] as const satisfies readonly (readonly [string, BurnOptions['writeMode']])[];

/** As those, but for their medium: they take turns. */
export const SESSION_MODES_TOO = [
  ['dvd+r-dl', 'auto'],
  ['bd-r-dl', 'auto'],
  ['bd-r-xl-100', 'auto'],
  ['bd-r-xl-128', 'auto'],
] as const satisfies readonly (readonly [string, BurnOptions['writeMode']])[];

/** What a reader gets of one session, or of all. */
export const exported = async (rig: Rig, session?: number): Promise<Buffer> => {
  const file = join(temporaryFolder(), 'session.iso');
  await exportImage(rig.mediumFolder, file, session === undefined ? undefined : { session });
  return readFileSync(file);
};
