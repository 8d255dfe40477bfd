import type { Moment } from '../binary/calendar.js';
import { bytes, uint32le, uint64le } from '../binary/codec.js';
import { layout, rbp } from '../binary/layout.js';
import { DEVELOPER } from './entity-identifiers.js';
import { type LongAllocation, longAllocation } from './extents.js';
import { foreignIntegrity } from './foreign-volume.js';
import { reseal } from './tag.js';
import { timestamp } from './timestamp.js';

/*
 * What is altered in descriptors that others have written, when a tree takes the place of another one. Whatever else stands in them stays.
 */

/** ECMA-167 4/14.1, File Set Descriptor. */
const fileSetRoot = layout('File Set Descriptor', 512, {
  recordedAt: rbp(16, 12, timestamp),
  rootDirectory: rbp(400, 16, longAllocation),
});

/** Has a file set lead to another root. */
export const alterFileSet = (
  descriptor: Uint8Array,
  root: { readonly recordedAt: Moment; readonly rootDirectory: LongAllocation },
): void => {
  fileSetRoot.encodeInto(descriptor, 0, root);
  reseal(descriptor);
};

/** ECMA-167 3/10.10, Logical Volume Integrity Descriptor, with the header of 4/14.15. */
const integrityHead = layout('Logical Volume Integrity Descriptor', 80, {
  recordedAt: rbp(16, 12, timestamp),
  nextUniqueId: rbp(40, 8, uint64le),
});

/** OSTA UDF 2.2.6.4: who wrote last, and what the volume holds. */
const integrityUse = layout('Implementation Use of an Integrity Descriptor', 46, {
  implementationIdentifier: rbp(0, 32, bytes(32)),
  files: rbp(32, 4, uint32le),
  directories: rbp(36, 4, uint32le),
});

export interface AlteredIntegrity {
  readonly recordedAt: Moment;
  readonly nextUniqueId: bigint;
  /** Blocks of the only partition. */
  readonly free: number;
  readonly files: number;
  readonly directories: number;
}

/** Has an integrity descriptor of one partition count what there is now. */
export const alterIntegrity = (descriptor: Uint8Array, now: AlteredIntegrity): void => {
  const { implementationUseLength } = foreignIntegrity.decode(descriptor);
  integrityHead.encodeInto(descriptor, 0, now);
  uint32le.encodeInto(descriptor, foreignIntegrity.size, now.free);
  if (implementationUseLength >= integrityUse.size)
    integrityUse.encodeInto(descriptor, foreignIntegrity.size + 8, {
      ...now,
      implementationIdentifier: DEVELOPER,
    });
  reseal(descriptor);
};
