import type { DriveCapabilities, DriveIdentity } from './drive.js';
import type { Quirk, QuirkEffect, QuirkRow } from './quirk.js';

/** Only what others' engines work around or their users have reported; what every drive is treated to needs no row. */
const KNOWN: readonly QuirkRow[] = [
  {
    vendor: 'HL-DT-ST',
    product: '*GSA-4081B*',
    revision: '*',
    effect: 'no-set-streaming',
    evidence: 'It says that the last block of a DVD+RW is out of range (libburn)',
  },
  {
    vendor: 'HL-DT-ST',
    product: '*GGW-H20*',
    revision: '*',
    effect: 'no-streaming',
    evidence: 'It records junk when less than 64 KiB come with the streaming bit (libburn)',
  },
  {
    vendor: 'PIONEER',
    product: '*DVR-216D*',
    revision: '*',
    effect: 'no-buffer-questions',
    evidence: 'It locks up when it is asked for its buffer before that was full (libburn)',
  },
  {
    vendor: 'hp',
    product: '*dvd520n*',
    revision: '*',
    effect: 'finalize-by-5',
    evidence: 'It closes a disc by function 5 alone (growisofs)',
  },
  {
    vendor: 'ASUS',
    product: '*BW-16D1HT*',
    revision: '*',
    effect: 'notice',
    evidence: 'In USB enclosures its bridge gives up after 30 s while a disc is closed (users of growisofs)',
  },
];

const escaped = (text: string): string => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&');

const fits = (wanted: string, text: string): boolean =>
  new RegExp(`^${wanted.split('*').map(escaped).join('.*')}$`, 'i').test(text);

const isOf = ({ vendor, product, revision }: DriveIdentity, row: QuirkRow): boolean =>
  fits(row.vendor, vendor) && fits(row.product, product) && fits(row.revision, revision);

const found = (
  identity: DriveIdentity,
  rows: readonly QuirkRow[],
  origin: Quirk['origin'],
): readonly Quirk[] =>
  rows.filter((row) => isOf(identity, row)).map(({ effect, evidence }) => ({ effect, evidence, origin }));

/** What is known of a drive, by its names; `configured` are the rows of the configuration. */
export const quirksOf = (identity: DriveIdentity, configured: readonly QuirkRow[]): Quirk[] => [
  ...found(identity, KNOWN, 'spindle'),
  ...found(identity, configured, 'configuration'),
];

export const hasQuirk = (quirks: readonly Quirk[], effect: QuirkEffect): boolean =>
  quirks.some((one) => one.effect === effect);

/** The capabilities that a drive claims, without what it cannot be trusted with. */
export const trusted = (capabilities: DriveCapabilities, quirks: readonly Quirk[]): DriveCapabilities => ({
  ...capabilities,
  media: capabilities.media.map((ability) => ({
    ...ability,
    testWrite: ability.testWrite && !hasQuirk(quirks, 'no-test-write'),
    bufferUnderrunFree: ability.bufferUnderrunFree && !hasQuirk(quirks, 'no-underrun-protection'),
  })),
  testWrite: capabilities.testWrite && !hasQuirk(quirks, 'no-test-write'),
  bufferUnderrunFree: capabilities.bufferUnderrunFree && !hasQuirk(quirks, 'no-underrun-protection'),
  streamWriting: capabilities.streamWriting && !hasQuirk(quirks, 'no-streaming'),
});
