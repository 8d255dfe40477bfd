import { fieldsNotCanonical } from '../../binary/canonical.js';
import { BLOCK } from '../../iso9660/block.js';
import { foreignVolumeDescriptor } from '../../iso9660/descriptor.js';
import { SYSTEM_AREA_BLOCKS } from '../../iso9660/volume-descriptors.js';
import type { BlockReader } from './block-reader.js';
import type { Finding } from './findings.js';
import type { HierarchyDescriptor, IsoDescriptors } from './iso-descriptors.js';
import { checkIsoDirectory } from './iso-directory-checks.js';
import type { IsoView } from './iso-entry.js';
import { hasRockRidge, isoEntries } from './iso-tree.js';
import { type Occupant, overlaps } from './occupied.js';
import { checkPathTables } from './path-table-checks.js';
import type { FileContents, Reporting, ValidatedView } from './validated-view.js';

/** OSTA UDF alone has them. */
const NO_STREAMS: ValidatedView['streams'] = new Map();

interface View {
  readonly view: IsoView;
  readonly descriptor: HierarchyDescriptor;
}

interface Viewed extends ValidatedView {
  readonly occupants: readonly Occupant[];
  /** Blocks of directories, each with that of its parent. */
  readonly directories: ReadonlyMap<number, number>;
}

const viewsOf = async (
  reader: BlockReader,
  { primary, joliet, enhanced }: IsoDescriptors,
): Promise<View[]> => {
  const rockRidge = await hasRockRidge(reader, primary);
  const views: (View | undefined)[] = [
    { view: 'iso9660', descriptor: primary },
    rockRidge ? { view: 'rock-ridge', descriptor: primary } : undefined,
    joliet && { view: 'joliet', descriptor: joliet },
    enhanced && { view: 'enhanced', descriptor: enhanced },
  ];
  return views.filter((view) => view !== undefined);
};

const look = async (
  reader: BlockReader,
  { view, descriptor }: View,
  { report, keepsFiles }: Reporting,
): Promise<Viewed> => {
  const files = new Map<string, FileContents>();
  const occupants: Occupant[] = [];
  const blockOfDirectory = new Map<number, number>();
  const directories = new Map<number, number>();
  const paths = new Map<number, string>();
  const contents = new Map<string, string>();
  let [count, bytes] = [0, 0];
  const entries = isoEntries(reader, {
    descriptor,
    view,
    report,
    inspect: (directory) => {
      blockOfDirectory.set(directory.id, directory.block);
      paths.set(directory.id, directory.path === '/' ? '' : directory.path);
      const parentBlock = blockOfDirectory.get(directory.parent);
      directories.set(directory.block, parentBlock ?? directory.block);
      occupants.push({
        block: directory.block,
        bytes: directory.bytes.length,
        what: directory.path,
        shared: false,
      });
      for (const finding of checkIsoDirectory(directory, {
        view,
        parentBlock: view === 'rock-ridge' ? undefined : parentBlock,
      }))
        report(finding);
    },
  });
  for await (const { kind, parent, name, runs, size } of entries) {
    if (kind !== 'file') continue;
    count++;
    bytes += size;
    const what = `${paths.get(parent) ?? ''}/${name}`;
    for (const run of runs) occupants.push({ ...run, what, shared: true });
    if (keepsFiles) files.set(what, { runs, size });
    if (size > 0) contents.set(`${runs[0]?.block}:${size}`, what);
  }
  const summary = {
    view,
    volumeIdentifier: descriptor.volumeIdentifier,
    files: count,
    directories: directories.size,
    bytes,
  };
  return { summary, contents, files, streams: NO_STREAMS, occupants, directories };
};

const checkDescriptor = (reader: BlockReader, { block, bytes, values }: HierarchyDescriptor): Finding[] => {
  const fields = fieldsNotCanonical(foreignVolumeDescriptor, bytes);
  const findings: Finding[] = [];
  if (fields.length > 0)
    findings.push({ code: 'field-not-canonical', block, detail: `The descriptor: ${fields.join(', ')}.` });
  if (values.volumeSpaceSize > reader.blocks)
    findings.push({
      code: 'volume-exceeds-image',
      block,
      detail: `The volume has ${values.volumeSpaceSize} blocks, there are ${reader.blocks}.`,
    });
  return findings;
};

const tableOccupants = ({ values }: HierarchyDescriptor): Occupant[] =>
  [values.typeLPathTable, values.typeMPathTable].map((block) => ({
    block,
    bytes: values.pathTableSize,
    what: 'a path table',
    shared: true,
  }));

const contentOf = ({ occupants }: Viewed): Set<string> =>
  new Set(
    occupants
      .filter(({ shared, bytes }) => shared && bytes > 0)
      .map(({ block, bytes }) => `${block}:${bytes}`),
  );

/** All views must lead to the same contents; what one of them lacks is named. */
function* differences(views: readonly Viewed[]): Generator<Finding> {
  const [first, ...others] = views;
  if (!first) return;
  const expected = contentOf(first);
  for (const other of others) {
    const held = contentOf(other);
    const lacking = [...expected].filter((content) => !held.has(content));
    const missing = first.occupants.find(({ block, bytes }) => lacking[0] === `${block}:${bytes}`);
    if (missing)
      yield {
        code: 'views-differ',
        block: missing.block,
        path: missing.what,
        detail: `${other.summary.view} lacks ${lacking.length} contents that ${first.summary.view} has.`,
      };
  }
}

const uniqueDescriptors = (views: readonly View[]): HierarchyDescriptor[] => [
  ...new Set(views.map(({ descriptor }) => descriptor)),
];

/** Everything that is wrong with the ISO 9660 of one session; answers with what its views hold. */
export const validateIso = async (
  reader: BlockReader,
  descriptors: IsoDescriptors,
  reporting: Reporting,
): Promise<readonly ValidatedView[]> => {
  const { report } = reporting;
  const views = await viewsOf(reader, descriptors);
  const viewed = [];
  const occupants: Occupant[] = [
    {
      block: descriptors.start + SYSTEM_AREA_BLOCKS,
      bytes: descriptors.blocks * BLOCK,
      what: 'the volume descriptors',
      shared: false,
    },
  ];
  for (const descriptor of uniqueDescriptors(views)) {
    checkDescriptor(reader, descriptor).forEach(report);
    occupants.push(...tableOccupants(descriptor));
  }
  for (const view of views) {
    const found = await look(reader, view, reporting);
    viewed.push(found);
    // Rock Ridge shows the same directories in another shape.
    if (view.view === 'rock-ridge') occupants.push(...found.occupants.filter(({ shared }) => shared));
    else {
      occupants.push(...found.occupants);
      (await checkPathTables(reader, view.descriptor, found.directories)).forEach(report);
    }
  }
  for (const finding of overlaps(occupants)) report(finding);
  for (const finding of differences(viewed)) report(finding);
  return viewed;
};
