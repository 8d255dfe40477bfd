import { bytes, padded, uint16le, uint8 } from '../binary/codec.js';
import { fixed, layout, preset, rbp } from '../binary/layout.js';

/** ECMA-167 1/7.4, regid: who or what defines something. */
export const entityIdentifier = layout('regid', 32, {
  flags: fixed(rbp(0, 1, uint8), 0),
  identifier: rbp(1, 23, padded(23, 0)),
  suffix: rbp(24, 8, bytes(8)),
});

/** OSTA UDF 2.1.5.3: suffixes say which revision or which system is meant. Class 4 is UNIX, its identifier 5 Linux. */
const revisionSuffix = layout('Domain or UDF identifier suffix', 8, {
  revision: rbp(0, 2, uint16le),
  operatingSystemClass: rbp(2, 1, uint8),
  operatingSystem: rbp(3, 1, uint8),
});
const implementationSuffix = layout('Implementation identifier suffix', 8, {
  operatingSystemClass: preset(rbp(0, 1, uint8), 4),
  operatingSystem: preset(rbp(1, 1, uint8), 5),
});

/** The domain of a logical volume or file set. Its flags, which could protect it from writing, stay off. */
export const domainIdentifier = (revision: number): Uint8Array =>
  entityIdentifier.encode({
    identifier: '*OSTA UDF Compliant',
    suffix: revisionSuffix.encode({ revision, operatingSystemClass: 0, operatingSystem: 0 }),
  });

/** Something that UDF itself defines. */
export const udfIdentifier = (identifier: string, revision: number): Uint8Array =>
  entityIdentifier.encode({
    identifier,
    suffix: revisionSuffix.encode({ revision, operatingSystemClass: 4, operatingSystem: 5 }),
  });

/** Who wrote a structure. */
export const DEVELOPER: Uint8Array = entityIdentifier.encode({
  identifier: '*Spindle',
  suffix: implementationSuffix.encode({}),
});

/** ECMA-167 3/10.5.3: by which edition of it a partition is to be read. */
export const contentsIdentifier = (standard: string): Uint8Array =>
  entityIdentifier.encode({ identifier: `+${standard}`, suffix: new Uint8Array(8) });
