import { bytes, uint16le, uint32le } from '../binary/codec.js';
import { fixed, layout, rbp } from '../binary/layout.js';
import { longAllocation } from './extents.js';
import { characterSet, dstring } from './text.js';
import { timestamp } from './timestamp.js';

/** ECMA-167 4/14.1, File Set Descriptor; OSTA UDF 2.3.2. */
export const fileSet = layout('File Set Descriptor', 512, {
  recordedAt: rbp(16, 12, timestamp),
  interchangeLevel: fixed(rbp(28, 2, uint16le), 3),
  maximumInterchangeLevel: fixed(rbp(30, 2, uint16le), 3),
  characterSetList: fixed(rbp(32, 4, uint32le), 1),
  maximumCharacterSetList: fixed(rbp(36, 4, uint32le), 1),
  fileSetNumber: fixed(rbp(40, 4, uint32le), 0),
  descriptorNumber: fixed(rbp(44, 4, uint32le), 0),
  logicalVolumeCharacterSet: rbp(48, 64, characterSet),
  logicalVolumeIdentifier: rbp(112, 128, dstring(128)),
  characterSet: rbp(240, 64, characterSet),
  identifier: rbp(304, 32, dstring(32)),
  rootDirectory: rbp(400, 16, longAllocation),
  domain: rbp(416, 32, bytes(32)),
});
