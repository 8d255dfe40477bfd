import { type TreeRequest, treeRequest } from '../../../src/image/master-request.js';
import type { FileSystem } from '../../../src/image/name-changes.js';
import { UDF_REVISIONS } from '../../../src/udf/revisions.js';
import { aTreeRequest } from '../mastering.js';

/** A volume of the hostile tree, and the file system of it that is looked at. */
export interface Conforming {
  readonly name: string;
  readonly view: FileSystem;
  readonly request: TreeRequest;
}

const volume = (name: string, view: FileSystem, asked: Partial<TreeRequest>): Conforming => ({
  name,
  view,
  request: aTreeRequest(asked),
});

const udf = (asked: object): Partial<TreeRequest> => ({ udf: treeRequest.shape.udf.parse(asked) });

const DEEP: Partial<TreeRequest> = { relaxed: ['deep-paths'] };
const RELAXED: Partial<TreeRequest> = {
  relaxed: ['lower-case', 'ascii', 'many-dots', 'long-names', 'no-version', 'deep-paths'],
};
const ONLY_FILES: Partial<TreeRequest> = { rockRidge: false, skipUnsupported: true };
const PLAIN: Partial<TreeRequest> = { ...ONLY_FILES, ...DEEP, joliet: false };
const ALL_TIMES: Partial<TreeRequest> = {
  posix: { ...treeRequest.shape.posix.parse({}), times: 'all', devices: false },
};

/** 7-Zip refuses a whole volume of UDF that has a symbolic link. */
const withoutLinks = (revision: string): Partial<TreeRequest> => ({
  ...udf({ revision, symbolicLinks: false }),
  iso9660: false,
  skipUnsupported: true,
});

/** Every combination of file systems, each looked at by one of them. */
export const VOLUMES: readonly Conforming[] = [
  volume('ISO 9660 level 1', 'iso9660', { ...PLAIN, level: 1 }),
  volume('ISO 9660 level 2', 'iso9660', { ...PLAIN, level: 2 }),
  volume('ISO 9660 level 3', 'iso9660', PLAIN),
  volume('ISO 9660 with all rules relaxed', 'iso9660', { ...PLAIN, ...RELAXED }),
  volume('ISO 9660 beside Joliet and Rock Ridge', 'iso9660', DEEP),
  volume('ISO 9660:1999', 'iso9660-1999', { ...PLAIN, enhanced: true }),
  volume('Joliet', 'joliet', { ...ONLY_FILES, ...DEEP }),
  volume('Joliet with long names', 'joliet', { ...ONLY_FILES, ...DEEP, joliet: 'long' }),
  volume('Joliet beside Rock Ridge', 'joliet', {}),
  volume('Rock Ridge', 'rock-ridge', { joliet: false }),
  volume('Rock Ridge beside Joliet', 'rock-ridge', {}),
  volume('Rock Ridge over names of level 1', 'rock-ridge', { level: 1 }),
  volume('Rock Ridge over relaxed names', 'rock-ridge', RELAXED),
  volume('Rock Ridge with all times', 'rock-ridge', ALL_TIMES),
  volume('Rock Ridge in a bridge', 'rock-ridge', udf({ revision: '1.02' })),
  ...UDF_REVISIONS.flatMap((revision) => [
    volume(`UDF ${revision}`, 'udf', withoutLinks(revision)),
    volume(`UDF ${revision} in a bridge`, 'udf', udf({ revision })),
  ]),
];
