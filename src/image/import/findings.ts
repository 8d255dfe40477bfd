/**
 * What can be wrong with a volume. `error`: something cannot be read, or reads differently with different readers;
 * `warning`: a rule is broken that readers do not mind; `note`: it may be meant that way. Codes are kebab-case and for ever.
 */
export const FINDINGS = {
  'size-not-whole-blocks': { severity: 'error', title: 'The image is no whole number of 2,048-byte blocks' },
  'no-volume': { severity: 'error', title: 'There is no volume descriptor' },
  'block-unreadable': { severity: 'error', title: 'A block cannot be read' },
  'descriptor-set-unended': { severity: 'error', title: 'No terminator ends the volume descriptors' },
  'primary-descriptor-missing': { severity: 'error', title: 'There is no primary volume descriptor' },
  'primary-descriptor-repeated': {
    severity: 'warning',
    title: 'There are two primary volume descriptors that differ',
  },
  'descriptor-unknown': { severity: 'warning', title: 'A volume descriptor is of no known kind' },
  'block-size-unsupported': { severity: 'error', title: 'The volume has other blocks than of 2,048 bytes' },
  'volume-exceeds-image': { severity: 'error', title: 'The volume is larger than the image' },
  'field-not-canonical': {
    severity: 'warning',
    title: 'A number is recorded twice and differs, or a fixed field has another value',
  },
  'extent-outside': { severity: 'error', title: 'Something lies outside the image' },
  'directory-unreadable': { severity: 'error', title: 'A directory does not hold what it must' },
  'directory-loop': { severity: 'error', title: 'A directory lies beneath itself' },
  'directories-overlap': { severity: 'error', title: 'Directories lie on one another' },
  'record-malformed': { severity: 'error', title: 'A directory record is malformed' },
  'record-order': { severity: 'warning', title: 'Directory records are not in order' },
  'name-repeated': { severity: 'error', title: 'Two entries of a directory have one name' },
  'name-illegal': { severity: 'error', title: 'A name can be that of no file, so that readers leave it out' },

  'target-illegal': { severity: 'error', title: 'A symbolic link leads to what no system takes for a path' },
  'associated-file': {
    severity: 'warning',
    title: 'A file has an associated one, which readers of other systems leave out',
  },
  'version-hidden': {
    severity: 'note',
    title: 'A file has an older version, which readers show no more',
  },
  'attributes-foreign': {
    severity: 'note',
    title: 'A file has attributes of other systems, which most readers leave out',
  },
  'file-sparse': {
    severity: 'warning',
    title: 'A file is recorded as sparse, which readers show with the tables that lie in it',
  },
  'relocation-unclaimed': {
    severity: 'error',
    title: 'What is marked as moved elsewhere belongs nowhere, so that readers leave it out',
  },
  'self-record-wrong': { severity: 'warning', title: 'The first record of a directory is not itself' },
  'parent-record-wrong': { severity: 'warning', title: 'The second record of a directory is not its parent' },
  'path-too-long': { severity: 'warning', title: 'A path is longer than ISO 9660 allows' },
  'too-deep': { severity: 'error', title: 'Directories lie too deep beneath each other' },
  'too-many-entries': { severity: 'error', title: 'The volume has more entries than can be read' },
  'file-sections-wrong': { severity: 'error', title: 'The sections of a file do not belong together' },
  'file-interleaved': {
    severity: 'error',
    title: 'A file lies in pieces with gaps between them, which readers take for one piece',
  },
  'system-use-malformed': { severity: 'error', title: 'A system use area is malformed' },
  'continuation-loop': { severity: 'error', title: 'Continuation areas do not end' },
  'continuations-too-many': {
    severity: 'error',
    title: 'The volume has more continuation areas than its entries can need',
  },
  'path-table-wrong': { severity: 'error', title: 'The path table does not say what the directories say' },
  'contents-overlap': { severity: 'error', title: 'Files, directories or tables lie on one another' },
  'views-differ': { severity: 'error', title: 'Two file systems of one volume do not hold the same' },
  'anchor-missing': { severity: 'error', title: 'No anchor leads to the UDF volume' },
  'anchors-too-few': { severity: 'warning', title: 'UDF wants two anchors at least' },
  'anchors-differ': { severity: 'error', title: 'Anchors lead to different volumes' },
  'sequence-damaged': {
    severity: 'warning',
    title: 'One of the two volume descriptor sequences is damaged; the other one is read',
  },
  'sequence-incomplete': { severity: 'error', title: 'A volume descriptor sequence lacks what it must have' },
  'sequences-differ': {
    severity: 'warning',
    title: 'The two volume descriptor sequences say different things',
  },
  'partition-map-unknown': { severity: 'error', title: 'A partition is mapped in a way that is not known' },
  'table-damaged': { severity: 'error', title: 'A table that leads to blocks of a partition cannot be read' },
  'metadata-file-damaged': {
    severity: 'warning',
    title: 'The metadata file or its mirror cannot be read; the other one is',
  },
  'descriptor-damaged': { severity: 'error', title: 'A descriptor of UDF is damaged' },
  'entry-malformed': { severity: 'error', title: 'An entry of UDF is malformed' },
  'allocation-malformed': { severity: 'error', title: 'The extents of a file are malformed' },
  'volume-too-costly': { severity: 'error', title: 'Descriptors claim more than the volume can hold' },
  'integrity-missing': { severity: 'warning', title: 'There is no integrity descriptor' },
  'integrity-open': { severity: 'warning', title: 'The volume was not closed after it was written to' },
  'counts-differ': {
    severity: 'warning',
    title: 'The integrity descriptor counts other files and directories',
  },
  'space-bitmap-damaged': { severity: 'error', title: 'What says which blocks are free cannot be read' },
  'space-taken': {
    severity: 'error',
    title: 'Blocks that hold something are said to be free: whoever writes to the volume destroys them',
  },
  'space-unclaimed': {
    severity: 'note',
    title: 'Blocks are said to be taken, and nothing of UDF leads to them',
  },
  'free-space-wrong': {
    severity: 'warning',
    title: 'The integrity descriptor says of the space of a partition what is not so',
  },
  'link-count-wrong': { severity: 'warning', title: 'A file has another number of names than it says' },
  'boot-record-misplaced': {
    severity: 'warning',
    title: 'The boot record is not where firmware looks for it',
  },
  'boot-catalog-wrong': { severity: 'error', title: 'The boot catalog is malformed' },
  'boot-info-table-wrong': {
    severity: 'error',
    title: 'A boot image is wrong about itself: it was altered, or lay somewhere else',
  },
  'partition-table-damaged': { severity: 'error', title: 'The partition table for disks is damaged' },
  'partition-backup-missing': {
    severity: 'warning',
    title: 'The second copy of the partition table is missing, damaged or not at the end',
  },
  'partition-outside': { severity: 'error', title: 'A partition does not lie within the image' },
  'manifest-missing': { severity: 'error', title: 'The manifest is not there, or cannot be read' },
  'manifest-malformed': { severity: 'error', title: 'A line of the manifest is none of sha256sum' },
  'manifest-file-missing': {
    severity: 'error',
    title: 'A file or named stream of the manifest is not there',
  },
  'manifest-digest-wrong': {
    severity: 'error',
    title: 'A file or named stream is not what the manifest says',
  },
  'manifest-file-uncompared': {
    severity: 'warning',
    title: 'A file or named stream of the manifest cannot be compared',
  },
  'manifest-incomplete': { severity: 'warning', title: 'Files or named streams are not in the manifest' },
} as const satisfies Record<string, { severity: 'error' | 'warning' | 'note'; title: string }>;

export type FindingCode = keyof typeof FINDINGS;
export const FINDING_CODES = Object.keys(FINDINGS) as [FindingCode, ...FindingCode[]];

/** One thing that is wrong, and where. */
export interface Finding {
  readonly code: FindingCode;
  readonly detail: string;
  /** Block of the image or the disc. */
  readonly block?: number;
  /** Path on the disc, of the file or directory concerned. */
  readonly path?: string;
  /** Its named stream, where it is not the file or directory itself. */
  readonly stream?: string;
}

/** Takes what is found on the way; who reads for its contents goes on, who validates keeps it. */
export type Report = (finding: Finding) => void;

/** A finding with what its code means. */
export const explained = (finding: Finding) => ({ ...finding, ...FINDINGS[finding.code] });
