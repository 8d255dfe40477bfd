import type { Medium } from '../../drive/medium.js';
import type { Step } from '../step.js';
import { isAppending } from '../placement.js';
import { bdFormat } from '../bd-format.js';
import { closing, isSessionOpen, openTrackOf } from './closing.js';
import { formatBd } from './format-bd.js';
import type { Recipe } from './recipe.js';
import {
  check,
  close,
  closeTrack,
  closeTrackOnceMore,
  setSpeedOfDisc,
  synchronize,
  write,
} from './shared-steps.js';

/** Changing a layer of BDXL, drives calibrate for two to three minutes. */
const CALIBRATION_MS = 60_000;
const BLOCKS_PER_LAYER = 12_219_392;

const closeDisc = close('disc', [6]);
const closeSession = close('session', [2]);

const closeTracks = (medium: Medium): Step[] => {
  const track = openTrackOf(medium);
  return track === undefined ? [] : [synchronize, closeTrackOnceMore(track.number)];
};

/**
 * BD-R, one track in each session, in clusters of 32 blocks. Sessions and the end of the disc are entries of its management area:
 * nothing is recorded between them, and function 6 finalizes (libburn, cdrecord). There is no page of write parameters.
 */
export const bdR: Recipe = {
  name: 'bd-r',
  features: [0x41],
  blocksPerCommand: 32,
  unit: 32,
  hasSessions: true,
  canSimulate: false,
  padding: (blocks) => -blocks & 31,
  needed: (blocks) => -blocks & 31,
  overhead: () => 0,
  steps: (burn) => [
    ...formatBd(burn),
    ...setSpeedOfDisc(burn),
    check,
    write(burn, bdR.blocksPerCommand),
    synchronize,
    closeTrack(burn.placement.track),
    burn.closes === 'disc' ? closeDisc : closeSession,
  ],
  close: (medium, what) =>
    what === 'disc' || isSessionOpen(medium)
      ? closing(medium, what, [...closeTracks(medium), what === 'disc' ? closeDisc : closeSession])
      : undefined,
  recover: (medium) =>
    isSessionOpen(medium) ? closing(medium, 'session', [...closeTracks(medium), closeSession]) : undefined,
  /** Left open: its next writable address stays valid. */
  recovery: () => [synchronize],
  overheadMs: ({ medium, options, placement }) => {
    const layers = Math.ceil(medium.capacity / BLOCKS_PER_LAYER);
    const closing = isAppending(placement) ? 30_000 : 60_000;
    return closing + layers * CALIBRATION_MS + (bdFormat(medium, options) ? 30_000 : 0);
  },
};
