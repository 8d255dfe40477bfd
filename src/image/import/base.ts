import { SpindleError } from '../../errors.js';
import { type BlockReader, cached } from './block-reader.js';
import { FINDINGS, type Finding } from './findings.js';
import { type IsoDescriptors, readIsoDescriptors } from './iso-descriptors.js';
import type { IsoEntry, IsoView } from './iso-entry.js';
import { hasRockRidge, isoEntries } from './iso-tree.js';

/** The tree of a session that another one is to continue. */
export interface Base {
  /** First block of the session. */
  readonly start: number;
  readonly view: IsoView;
  readonly volumeIdentifier: string;
  /** A directory before what lies in it; the root first. */
  readonly entries: readonly IsoEntry[];
}

/** Findings that are listed in one failure. */
const MOST_LISTED = 100;

const bestView = async (reader: BlockReader, descriptors: IsoDescriptors): Promise<IsoView> => {
  if (await hasRockRidge(reader, descriptors.primary)) return 'rock-ridge';
  return descriptors.joliet ? 'joliet' : 'iso9660';
};

const descriptorOf = (
  { primary, joliet, enhanced }: IsoDescriptors,
  view: IsoView,
): IsoDescriptors['primary'] => {
  const descriptor = { 'rock-ridge': primary, iso9660: primary, joliet, enhanced }[view];
  if (!descriptor) throw new SpindleError('base-unsuitable', `The session has no ${view}.`);
  return descriptor;
};

const refuseDamaged = (findings: readonly Finding[], start: number): void => {
  const serious = findings.filter(({ code }) => FINDINGS[code].severity === 'error');
  const [first] = serious;
  if (!first) return;
  throw new SpindleError('base-unreadable', `The session at block ${start}: ${first.detail}`, {
    errors: serious.slice(0, MOST_LISTED).map(({ code, detail, path, block }) => ({
      pointer: path ?? (block === undefined ? '' : `block ${block}`),
      message: `${FINDINGS[code].title}. ${detail}`,
    })),
  });
};

/**
 * Reads the tree of the session at `start`, by the view that shows most of it unless one is named. Refuses one that cannot be read
 * in full: what is missing would be gone from the disc that continues it.
 */
export const readBase = async (
  source: BlockReader,
  { start, view: wanted }: { readonly start: number; readonly view?: IsoView | undefined },
): Promise<Base> => {
  const findings: Finding[] = [];
  const report = (finding: Finding): void => void findings.push(finding);
  const reader = cached(source);
  const descriptors = await readIsoDescriptors(reader, start, report);
  refuseDamaged(findings, start);
  if (!descriptors)
    throw new SpindleError('base-unsuitable', `No ISO 9660 volume begins with block ${start}.`);
  if (descriptors.bootCatalog !== undefined)
    throw new SpindleError('base-unsuitable', 'The session is bootable; one that continues it would not be.');
  if (descriptors.hasUdf)
    throw new SpindleError(
      'base-unsuitable',
      'The session holds UDF, too, which would not show what is added.',
    );
  const view = wanted ?? (await bestView(reader, descriptors));
  const descriptor = descriptorOf(descriptors, view);
  const entries: IsoEntry[] = [];
  for await (const entry of isoEntries(reader, { descriptor, view, report })) entries.push(entry);
  refuseDamaged(findings, start);
  return { start, view, volumeIdentifier: descriptor.volumeIdentifier, entries };
};
