import { bytes, uint8 } from '../../binary/codec.js';
import { bits, byte, layout } from '../../binary/layout.js';

/**
 * MMC-5 §6.33.3: one entry of a cue sheet with ADR 1. Track 0 is the lead-in, AAh the lead-out; times are binary.
 * `subchannelForm`: 0 none sent, 1 raw P to W, 3 packed R to W. `mainForm`: what is sent of each sector.
 */
export const cueSheetEntry = layout('Cue Sheet Entry', 8, {
  control: bits(0, 7, 4),
  adr: bits(0, 3, 0),
  trackNumber: byte(1, uint8),
  index: byte(2, uint8),
  subchannelForm: bits(3, 7, 6),
  mainForm: bits(3, 5, 0),
  serialCopyManagement: byte(4, uint8),
  minute: byte(5, uint8),
  second: byte(6, uint8),
  frame: byte(7, uint8),
});

/** MMC-5 §6.33.3: half of a media catalog number (ADR 2) or of an ISRC (ADR 3, first byte the track). */
export const cueSheetCode = layout('Cue Sheet Code', 8, {
  control: bits(0, 7, 4),
  adr: bits(0, 3, 0),
  code: byte(1, bytes(7)),
});
