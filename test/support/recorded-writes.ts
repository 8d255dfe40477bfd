import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { compiledLibrary } from './compiled.js';

const QUIET_MS = 1000;

/** Records what every process that inherits the environment does to files below a folder. Needs gcc. */
export class RecordedWrites {
  readonly environment: NodeJS.ProcessEnv;
  readonly #log: string;

  constructor(folder: string, below: string) {
    const library = compiledLibrary(join(import.meta.dirname, 'recorded-writes.c'), ['-lpthread']);
    this.#log = join(folder, 'writes.log');
    writeFileSync(this.#log, '');
    this.environment = { LD_PRELOAD: library, SPINDLE_RECORD_BELOW: below, SPINDLE_RECORD_TO: this.#log };
  }

  /** How much has been recorded so far: a moment that can be compared with those of the operations. */
  now(): number {
    return statSync(this.#log).size;
  }

  /** Resolves when nobody has written for a while: what is killed in the middle of a record leaves half of it. */
  async quiet(): Promise<void> {
    for (let before = -1; before !== this.now();) {
      before = this.now();
      await sleep(QUIET_MS);
    }
  }

  operations(): Operation[] {
    return decode(readFileSync(this.#log));
  }
}

/** `O` open that may create or truncate, `W` write, `T` truncate, `s` sync begins, `S` has ended, and what is done to names. */
type Kind = 'O' | 'W' | 'T' | 's' | 'S' | 'R' | 'L' | 'U' | 'M';

export interface Operation {
  readonly kind: Kind;
  readonly inode: bigint;
  readonly offset: number;
  readonly path: string;
  readonly other: string;
  readonly data: Uint8Array;
  readonly isDirectory: boolean;
  /** Where it ends in the log. */
  readonly at: number;
}

const HEAD_BYTES = 40;
const DIRECTORY = 0o040000;
const FORMAT = 0o170000;

const decode = (log: Buffer): Operation[] => {
  const operations: Operation[] = [];
  for (let at = 0; at + HEAD_BYTES <= log.length;) {
    const bytes = log.readUInt32LE(at);
    const [path, other, data, mode] = [24, 28, 32, 36].map((offset) => log.readUInt32LE(at + offset));
    const names = at + HEAD_BYTES;
    operations.push({
      kind: String.fromCharCode(log[at + 4]!) as Kind,
      inode: log.readBigUInt64LE(at + 8),
      offset: Number(log.readBigUInt64LE(at + 16)),
      path: log.toString('utf8', names, names + path!),
      other: log.toString('utf8', names + path!, names + path! + other!),
      data: log.subarray(at + bytes - data!, at + bytes),
      isDirectory: (mode! & FORMAT) === DIRECTORY,
      at: (at += bytes),
    });
  }
  return operations;
};

type Change = Pick<Operation, 'kind' | 'offset' | 'data'>;
type Entries = ReadonlyMap<string, Node>;

/** A file or a directory: as programs see it, and as it is after a loss of power. */
interface Node {
  readonly directory: boolean;
  content: Buffer;
  durable: Buffer;
  /** `content` is that of a sync, too. */
  shared: boolean;
  /** What was done since the last sync began. */
  pending: Change[];
  entries: Map<string, Node>;
  durableEntries: Entries;
  /** Each state of the directory since its last sync. */
  pendingEntries: Entries[];
  /** Of the sync that is going on. */
  begun: { content: Buffer; entries: Entries } | undefined;
}

const nodeOf = (directory: boolean): Node => ({
  directory,
  content: Buffer.alloc(0),
  durable: Buffer.alloc(0),
  shared: false,
  pending: [],
  entries: new Map(),
  durableEntries: new Map(),
  pendingEntries: [],
  begun: undefined,
});

const changed = (content: Buffer, { kind, offset, data }: Change): Buffer => {
  const length = kind === 'T' ? offset : Math.max(content.length, offset + data.length);
  const next = Buffer.alloc(length);
  content.copy(next, 0, 0, length);
  if (kind === 'W') next.set(data, offset);
  return next;
};

/** What a loss of power leaves of what was not synced. */
export type Loss = 'strict' | 'ordered' | 'torn';

const SECTOR = 512;

/** A write of which the drive has got some sectors. */
function* sectorsOf(change: Change, random: () => number): Generator<Change> {
  const { kind, offset, data } = change;
  if (kind === 'T') {
    yield change;
    return;
  }
  for (let at = 0; at < data.length;) {
    const end = Math.min(data.length, at + SECTOR - ((offset + at) % SECTOR));
    if (random() < 0.5) yield { kind, offset: offset + at, data: data.subarray(at, end) };
    at = end;
  }
}

/**
 * The disk below a folder. A name lasts when its directory was synced, content when its file was, as POSIX has it and no
 * more: what a file system does beyond that is not relied on. A directory that was not synced has any of the states that it
 * had since, because names are journaled in order.
 */
export class ReplayedDisk {
  readonly #below: string;
  readonly #root = nodeOf(true);

  constructor(below: string) {
    this.#below = below;
  }

  #find(path: string): Node | undefined {
    if (path === this.#below) return this.#root;
    return this.#find(dirname(path))?.entries.get(basename(path));
  }

  #name(path: string, node: Node | undefined): void {
    const directory = path.startsWith(`${this.#below}/`) ? this.#find(dirname(path)) : undefined;
    if (!directory) return;
    const entries = new Map(directory.entries);
    if (node) entries.set(basename(path), node);
    else entries.delete(basename(path));
    directory.entries = entries;
    directory.pendingEntries.push(entries);
  }

  #alter(node: Node, change: Change): void {
    const { kind, offset, data } = change;
    // What a sync may make durable must not change any more.
    if (!node.shared && kind === 'W' && offset + data.length <= node.content.length)
      node.content.set(data, offset);
    else node.content = changed(node.content, change);
    node.shared = false;
    node.pending.push(change);
  }

  readonly #acts: Record<Kind, (operation: Operation) => void> = {
    O: ({ path, offset, isDirectory, data }) => {
      const node = this.#find(path);
      if (!node) this.#name(path, nodeOf(isDirectory));
      else if (offset === 1 && node.content.length > 0) this.#alter(node, { kind: 'T', offset: 0, data });
    },
    W: (operation) => {
      this.#write(operation);
    },
    T: (operation) => {
      this.#write(operation);
    },
    s: ({ path }) => {
      const node = this.#find(path);
      if (!node) return;
      node.shared = true;
      node.begun = { content: node.content, entries: node.entries };
      node.pending = [];
      node.pendingEntries = [];
    },
    S: ({ path }) => {
      const node = this.#find(path);
      if (!node?.begun) return;
      node.durable = node.begun.content;
      node.durableEntries = node.begun.entries;
      node.begun = undefined;
    },
    R: ({ path, other }) => {
      const node = this.#find(path);
      this.#name(path, undefined);
      this.#name(other, node);
    },
    L: ({ path, other }) => {
      this.#name(other, this.#find(path));
    },
    U: ({ path }) => {
      this.#name(path, undefined);
    },
    M: ({ path }) => {
      this.#name(path, nodeOf(true));
    },
  };

  /** What is written to a file whose name is gone lasts for nobody. */
  #write(operation: Operation): void {
    const node = this.#find(operation.path);
    if (node) this.#alter(node, operation);
  }

  apply(operation: Operation): void {
    this.#acts[operation.kind](operation);
  }

  /** Makes the folder as it is after a loss of power; what lies below `kept` has lost nothing. */
  build(loss: Loss, kept: string, random: () => number): void {
    const contentOf = (node: Node): Buffer => {
      if (loss === 'ordered') return node.content;
      if (loss === 'strict') return node.durable;
      let content = node.durable;
      for (const change of node.pending)
        for (const sector of sectorsOf(change, random)) content = changed(content, sector);
      return content;
    };
    const entriesOf = (node: Node): Entries => {
      if (loss === 'ordered') return node.entries;
      if (loss === 'strict') return node.durableEntries;
      const states = [node.durableEntries, ...node.pendingEntries];
      return states[Math.floor(random() * states.length)]!;
    };
    const make = (node: Node, path: string, isKept: boolean): void => {
      if (!node.directory) {
        writeFileSync(path, isKept ? node.content : contentOf(node), { mode: 0o600 });
        return;
      }
      mkdirSync(path, { mode: 0o700 });
      const entries = new Map(isKept ? node.entries : entriesOf(node));
      const hardware = node.entries.get(basename(kept));
      if (join(path, basename(kept)) === kept && hardware) entries.set(basename(kept), hardware);
      for (const [name, child] of entries) make(child, join(path, name), isKept || join(path, name) === kept);
    };
    make(this.#root, this.#below, false);
  }
}
