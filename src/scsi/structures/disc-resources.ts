import { uint16be, uint32be } from '../../binary/codec.js';
import { bits, byte, fixed, layout, preset } from '../../binary/layout.js';

/** MMC-5 §6.22.3.2, READ DISC INFORMATION with data type 1. */
export const trackResources = layout('Track Resources Information', 12, {
  discInformationLength: preset(byte(0, uint16be), 10),
  dataType: fixed(bits(2, 7, 5), 1),
  maximumTracks: byte(4, uint16be),
  assignedTracks: byte(6, uint16be),
  maximumAppendableTracks: byte(8, uint16be),
  currentAppendableTracks: byte(10, uint16be),
});

/** MMC-5 §6.22.3.3, READ DISC INFORMATION with data type 2; BD-R with pseudo-overwrite only. */
export const powResources = layout('POW Resources Information', 16, {
  discInformationLength: preset(byte(0, uint16be), 14),
  dataType: fixed(bits(2, 7, 5), 2),
  remainingReplacements: byte(4, uint32be),
  remainingReallocationMapEntries: byte(8, uint32be),
  remainingUpdates: byte(12, uint32be),
});
