import { uint16le, uint8 } from '../binary/codec.js';
import { flag, layout, rbp } from '../binary/layout.js';
import { longAllocation, type LongAllocation } from './extents.js';
import { readTag, type TagProblem } from './foreign-tag.js';
import { TAG } from './tag.js';
import { readText } from './text.js';

/** ECMA-167 4/14.4, File Identifier Descriptor, up to its implementation use. */
const head = layout('File Identifier Descriptor', 38, {
  hidden: flag(18, 0),
  directory: flag(18, 1),
  deleted: flag(18, 2),
  parent: flag(18, 3),
  nameLength: rbp(19, 1, uint8),
  icb: rbp(20, 16, longAllocation),
  implementationUseLength: rbp(36, 2, uint16le),
});

export interface ForeignIdentifier {
  readonly offset: number;
  readonly name: string;
  readonly hidden: boolean;
  readonly directory: boolean;
  readonly deleted: boolean;
  readonly parent: boolean;
  readonly icb: LongAllocation;
  /** Its tag is not right, but what stands there is an identifier. */
  readonly problem: TagProblem | undefined;
}

export interface BrokenIdentifier {
  readonly offset: number;
  readonly reason: string;
}

/** The identifiers of a directory, up to one whose length cannot be made out: what follows cannot be found. */
export function* foreignIdentifiers(directory: Uint8Array): Generator<ForeignIdentifier | BrokenIdentifier> {
  for (let offset = 0; offset < directory.length;) {
    if (offset + head.size > directory.length) {
      yield { offset, reason: 'it does not fit in the directory' };
      return;
    }
    const { identifier, problem } = readTag(directory, offset, undefined);
    const { nameLength, implementationUseLength, ...values } = head.decode(directory, offset);
    const nameAt = offset + head.size + implementationUseLength;
    if (identifier !== TAG.fileIdentifier || nameAt + nameLength > directory.length) {
      yield { offset, reason: 'it is no file identifier that fits in the directory' };
      return;
    }
    yield { ...values, offset, problem, name: readText(directory.subarray(nameAt, nameAt + nameLength)) };
    offset += Math.ceil((head.size + implementationUseLength + nameLength) / 4) * 4;
  }
}
