import { bdLayersOf } from '../../drive/bd-blocks.js';
import type { Medium } from '../../drive/medium.js';
import { isAppending } from '../placement.js';
import { bdFormat } from '../bd-format.js';
import { closeSession, closesByFunctions } from './closing-treatments.js';
import { BD_FORMATS } from './bd-formats.js';
import { formatBd } from './format-bd.js';
import { reformat } from './formatting.js';
import type { Recipe, Treatment } from './recipe.js';
import { close, closeTrack } from './close-steps.js';
import { check, synchronize, write } from './shared-steps.js';
import { setSpeedOfDisc } from './speed-steps.js';

/** Changing a layer of BDXL, drives calibrate for two to three minutes. */
const CALIBRATION_MS = 60_000;

const closeDisc = close('disc', [6]);
const treatments = closesByFunctions(closeDisc);

/** What a format that lost its power left is formatted again: before there is a session, nothing is written that could not be (unverified). */
const recover = (medium: Medium): Treatment | undefined =>
  treatments.recover(medium) ?? (medium.sessions === 0 ? reformat(BD_FORMATS['bd-r'], medium) : undefined);

/**
 * BD-R, one track in each session, in clusters of 32 blocks. Sessions and the end of the disc are entries of its management area:
 * nothing is recorded between them, and function 6 finalizes (libburn, cdrecord). There is no page of write parameters.
 */
export const bdR: Recipe = {
  name: 'bd-r',
  features: [0x41],
  blocksPerCommand: 32,
  unit: 32,
  commandUnit: 16,
  hasSessions: true,
  canSimulate: false,
  padding: (blocks) => -blocks & 31,
  needed: (blocks) => -blocks & 31,
  overhead: () => 0,
  roomOnceFormatted: (medium, options) => bdFormat(medium, options)?.blocks,
  steps: (burn) => [
    ...formatBd(burn),
    ...setSpeedOfDisc(burn),
    check,
    write(burn, bdR.blocksPerCommand),
    synchronize,
    closeTrack(burn.placement.track),
    burn.closes === 'disc' ? closeDisc : closeSession,
  ],
  close: treatments.close,
  formats: BD_FORMATS['bd-r'],
  formatsOnce: true,
  recover,
  /** Left open: its next writable address stays valid. */
  recovery: () => [synchronize],
  overheadMs: ({ medium, options, placement }) => {
    const closing = isAppending(placement) ? 30_000 : 60_000;
    return closing + bdLayersOf(medium.capacity) * CALIBRATION_MS + (bdFormat(medium, options) ? 30_000 : 0);
  },
};
