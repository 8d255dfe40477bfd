/** Revisions of OSTA UDF that are written. */
export const UDF_REVISIONS = ['1.02', '1.50', '2.00', '2.01', '2.50', '2.60'] as const;
export type UdfRevision = (typeof UDF_REVISIONS)[number];

/** What differs between revisions. */
export interface RevisionRules {
  /** As suffixes of identifiers and the integrity descriptor say it: two decimal digits per byte. */
  readonly word: number;
  /** Standard identifier of ECMA-167 3/9: 2nd or 3rd edition. */
  readonly standard: 'NSR02' | 'NSR03';
  /** Of descriptor tags, ECMA-167 3/7.2.2. */
  readonly tagVersion: 2 | 3;
  /** Extended file entries, which know creation times, and named streams (UDF 2.00 2.3.6, 3.3.5). */
  readonly extended: boolean;
  /** File identifiers carry unique ids (UDF 2.00 2.3.4.3). */
  readonly identifiesNames: boolean;
  /** Tags of file identifiers stay whole on media that are written once (UDF 2.00 2.3.4.4). */
  readonly wholeTags: boolean;
  /** File type 249 (UDF 2.01 2.3.5.2). */
  readonly realTime: boolean;
  /** A metadata partition where the medium is not written once in sequence (UDF 2.50 2.2.10). */
  readonly metadataPartition: boolean;
  /** What a reader has to know at least, and a writer; UDF 2.60 2.2.6.4 lets readers of 2.50 read it. */
  readonly minimumRead: number;
}

const FIRST = {
  standard: 'NSR02',
  tagVersion: 2,
  extended: false,
  identifiesNames: false,
  wholeTags: false,
  realTime: false,
  metadataPartition: false,
} as const;

const SECOND = {
  ...FIRST,
  standard: 'NSR03',
  tagVersion: 3,
  extended: true,
  identifiesNames: true,
  wholeTags: true,
} as const;

export const REVISION_RULES: Readonly<Record<UdfRevision, RevisionRules>> = {
  '1.02': { ...FIRST, word: 0x0102, minimumRead: 0x0102 },
  '1.50': { ...FIRST, word: 0x0150, minimumRead: 0x0102 },
  '2.00': { ...SECOND, word: 0x0200, minimumRead: 0x0200 },
  '2.01': { ...SECOND, word: 0x0201, minimumRead: 0x0201, realTime: true },
  '2.50': { ...SECOND, word: 0x0250, minimumRead: 0x0250, realTime: true, metadataPartition: true },
  '2.60': { ...SECOND, word: 0x0260, minimumRead: 0x0250, realTime: true, metadataPartition: true },
};

/** By its word; undefined where it is none of these. */
export const revisionOf = (word: number): UdfRevision | undefined =>
  UDF_REVISIONS.find((revision) => REVISION_RULES[revision].word === word);
