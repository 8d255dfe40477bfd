import { LONGEST_TARGET } from '../../iso9660/rock-ridge-text.js';
import { decodePath } from '../../udf/path-components.js';
import { FILE_TYPE } from '../../udf/file-entry.js';
import { foreignIdentifiers, type ForeignIdentifier } from '../../udf/foreign-identifiers.js';
import type { FileKind } from '../../os/stat.js';
import type { ForeignEntry } from '../../udf/foreign-entry.js';
import { LONGEST_DIRECTORY } from '../longest-directory.js';
import { EntryPaths } from './entry-paths.js';
import type { FindingCode, Report } from './findings.js';
import type { Run } from './iso-entry.js';
import {
  contentsOfIcb,
  type Problem,
  type ReadIcb,
  readContents,
  readIcb,
  type UdfContents,
  type UdfSpace,
} from './udf-icb.js';
import { readStreams, type UdfStream } from './udf-streams.js';
import type { UdfVolume } from './udf-volume.js';
import { isUsableName } from './usable-name.js';

/** A file or directory of UDF. Entries are numbered in the order in which they are found; the root is 0, its own parent. */
export interface UdfEntry {
  readonly id: number;
  readonly parent: number;
  readonly name: string;
  readonly kind: FileKind;
  readonly size: number;
  /** Of what is recorded; holes are left out. */
  readonly runs: readonly Run[];
  /** Of a regular file; undefined of anything else. */
  readonly contents: UdfContents | undefined;
  readonly streams: readonly UdfStream[];
  readonly hidden: boolean;
  /** Block of the medium in which its entry stands; the same for all hard links. */
  readonly icbBlock: number;
  /** Names that it says it has; the directory of its streams, which is none of them, is left out. */
  readonly links: number;
  readonly attributes: ForeignEntry;
  /** Target of a symbolic link. */
  readonly target: string | undefined;
}

const MOST_ENTRIES = 2_000_000;
const DEEPEST = 256;

/** ECMA-167 4/14.6.6. */
const KINDS: Readonly<Record<number, FileKind>> = {
  [FILE_TYPE.directory]: 'directory',
  6: 'block-device',
  7: 'character-device',
  9: 'fifo',
  10: 'socket',
  [FILE_TYPE.symbolicLink]: 'link',
};

const kindOf = ({ entry }: ReadIcb): FileKind => KINDS[entry.fileType] ?? 'file';

interface Pending {
  readonly id: number;
  readonly icb: ReadIcb;
  readonly depth: number;
}

/** Attributes that an entry has no room for are a file of their own; only who wants to know which blocks are taken reads its entry. */
const noteAttributes = async (space: UdfSpace, { entry: { attributeIcb } }: ReadIcb): Promise<void> => {
  const silent: Problem = () => undefined;
  const icb = attributeIcb && space.taken && (await readIcb(space, attributeIcb, silent));
  if (icb) await contentsOfIcb(space, icb, silent);
};

/** What a tree of ours has no place for. */
const tellAttributes = (
  { entry: { otherAttributes, attributeIcb }, at }: ReadIcb,
  problem: Problem,
): void => {
  const all = [...otherAttributes, ...(attributeIcb ? ['a file of attributes'] : [])];
  if (all.length > 0) problem('attributes-foreign', `They are ${all.join(', ')} (ECMA-167 4/14.10).`, at);
};

class UdfWalk {
  readonly #volume: UdfVolume;
  readonly #report: Report;
  readonly #paths = new EntryPaths();
  readonly #visited = new Set<number>();
  readonly #queue: Pending[] = [];
  #entries = 0;

  constructor(volume: UdfVolume, report: Report) {
    this.#volume = volume;
    this.#report = report;
  }

  async *walk(): AsyncGenerator<UdfEntry> {
    const { space, root } = this.#volume;
    const icb = await readIcb(space, root, this.#problem(0));
    if (!icb) return;
    if (kindOf(icb) !== 'directory') {
      this.#problem(0)('directory-unreadable', 'The root is no directory.', icb.at);
      return;
    }
    this.#queue.push({ id: this.#entries++, icb, depth: 1 });
    const streams = await readStreams(space, icb, this.#problem(0));
    yield this.#entry(icb, { id: 0, parent: 0, name: '', hidden: false, streams });
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift())
      yield* this.#directory(next);
  }

  #problem(id: number, name?: string): Problem {
    return (code: FindingCode, detail: string, block?: number) => {
      this.#report({ code, detail, path: this.#paths.of(id, name), ...(block !== undefined && { block }) });
    };
  }

  async #read({ id, icb, depth }: Pending): Promise<Uint8Array | undefined> {
    const problem = this.#problem(id);
    if (this.#visited.has(icb.at))
      problem('directory-loop', 'Its entry is that of another directory, too.', icb.at);
    else if (depth > DEEPEST) problem('too-deep', `It is directory ${depth} of its path.`);
    else {
      this.#visited.add(icb.at);
      const { space } = this.#volume;
      return readContents(space, await contentsOfIcb(space, icb, problem), problem, LONGEST_DIRECTORY);
    }
    return undefined;
  }

  async *#directory(pending: Pending): AsyncGenerator<UdfEntry> {
    const bytes = await this.#read(pending);
    if (!bytes) return;
    const { id, icb, depth } = pending;
    const names = new Set<string>();
    for (const found of foreignIdentifiers(bytes)) {
      if ('reason' in found) {
        this.#problem(id)('record-malformed', `At byte ${found.offset}: ${found.reason}.`, icb.at);
        return;
      }
      if (found.deleted || found.parent || !this.#accepts(found, names, id)) continue;
      const entry = await this.#found(found, id, depth);
      if (this.#entries > MOST_ENTRIES) return;
      if (entry) yield entry;
    }
  }

  #accepts({ name, problem, offset }: ForeignIdentifier, names: Set<string>, id: number): boolean {
    if (problem !== undefined)
      this.#problem(id)('descriptor-damaged', `The identifier at byte ${offset} has a wrong ${problem}.`);
    if (!isUsableName(name) || /\p{Surrogate}/u.test(name)) {
      this.#problem(id)('name-illegal', `"${name}" can be no name of a file; it is left out.`);
      return false;
    }
    if (names.has(name)) {
      this.#problem(id, name)('name-repeated', 'The later entry is left out.');
      return false;
    }
    names.add(name);
    return true;
  }

  async #found(
    { name, icb: place, hidden }: ForeignIdentifier,
    parent: number,
    depth: number,
  ): Promise<UdfEntry | undefined> {
    const problem = this.#problem(parent, name);
    if (this.#entries >= MOST_ENTRIES) {
      problem('too-many-entries', `More than ${MOST_ENTRIES} entries.`);
      this.#queue.length = 0;
      this.#entries++;
      return undefined;
    }
    const icb = await readIcb(this.#volume.space, place, problem);
    if (!icb) return undefined;
    await noteAttributes(this.#volume.space, icb);
    tellAttributes(icb, problem);
    const streams = await readStreams(this.#volume.space, icb, problem);
    const id = this.#entries++;
    if (kindOf(icb) === 'directory') {
      this.#paths.add(id, parent, name);
      this.#queue.push({ id, icb, depth: depth + 1 });
      return this.#entry(icb, { id, parent, name, hidden, streams });
    }
    const contents = await contentsOfIcb(this.#volume.space, icb, problem);
    const target = kindOf(icb) === 'link' ? await this.#target(contents, problem) : undefined;
    return this.#entry(icb, { id, parent, name, hidden, streams, contents, target });
  }

  async #target(contents: UdfContents, problem: Problem): Promise<string | undefined> {
    const bytes = await readContents(this.#volume.space, contents, problem);
    const target = bytes && decodePath(bytes);
    if (bytes && target === undefined) problem('entry-malformed', 'The target of the link is no path.');
    if (target === undefined || target.length <= LONGEST_TARGET) return target;
    problem('target-illegal', `Its target has ${target.length} characters.`);
    return undefined;
  }

  #entry(
    { entry, at }: ReadIcb,
    of: Pick<UdfEntry, 'id' | 'parent' | 'name' | 'hidden' | 'streams'> & {
      readonly contents?: UdfContents;
      readonly target?: string | undefined;
    },
  ): UdfEntry {
    const { contents, target, ...identity } = of;
    const kind = KINDS[entry.fileType] ?? 'file';
    const recorded = contents?.runs.filter(({ hole }) => !hole) ?? [];
    return {
      ...identity,
      kind,
      size: kind === 'file' ? Number(entry.informationLength) : 0,
      runs: recorded.map(({ block, bytes }) => ({ block, bytes })),
      contents: kind === 'file' ? contents : undefined,
      icbBlock: at,
      // ECMA-167 4/14.9.6: the parent that a directory of streams names counts, too.
      links: entry.links - (entry.streams ? 1 : 0),
      attributes: entry,
      target,
    };
  }
}

/** The entries of a UDF volume, a directory before what lies in it. Whatever is wrong is told and left out. */
export const udfEntries = (volume: UdfVolume, report: Report): AsyncGenerator<UdfEntry> =>
  new UdfWalk(volume, report).walk();
