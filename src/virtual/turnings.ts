import type { VirtualKind } from './media.js';
import type { Turning } from './turning.js';

/**
 * By kind of medium and by speed as a multiple of its single one; what is not there is recorded at constant linear velocity. Of several ways
 * at one speed the first is the drive's own, and a host has the choice.
 */
export type Turnings = Partial<Record<VirtualKind, Readonly<Record<number, Turning | readonly Turning[]>>>>;

const CAV: Turning = { by: 'cav' };

/** No drive turns a DVD faster than 16x at its edge needs, which is 6.6x at its first block. */
const DVD_ONE_LAYER: Turnings['dvd-r'] = {
  16: CAV,
  12: [{ by: 'pcav', inner: 6.5 }, CAV],
  8: { by: 'zclv', steps: [6] },
};
const DVD_TWO_LAYERS: Turnings['dvd-r-dl'] = {
  8: { by: 'zclv', steps: [4, 6] },
  6: { by: 'zclv', steps: [4] },
};

/**
 * A drive as many are. A Lite-On iHAS124 (report of Aaru) lists 48x of a CD as pure CAV and what is below as CLV; that 16x of
 * DVD and BD are CAV follows from what a motor can do. Which speeds below those are recorded by PCAV, by ZCLV or by either is the
 * matter of each drive (unverified).
 */
export const TURNINGS: Turnings = {
  'cd-r': { 48: CAV },
  'dvd-r': DVD_ONE_LAYER,
  'dvd+r': DVD_ONE_LAYER,
  'dvd-r-dl': DVD_TWO_LAYERS,
  'dvd-r-dl-jump': DVD_TWO_LAYERS,
  'dvd+r-dl': DVD_TWO_LAYERS,
  'bd-r': { 16: CAV, 12: { by: 'pcav', inner: 6.5 } },
};
