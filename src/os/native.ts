import { createRequire } from 'node:module';

import { shippedPath } from '../program.js';

/** Loads an addon of native/; whoever has not built it is told how. */
export const loadAddon = (name: string): unknown => {
  const path = shippedPath(`native/build/Release/${name}.node`);
  try {
    return createRequire(import.meta.url)(path);
  } catch (cause) {
    throw new Error(`${path} cannot be loaded; build it with \`npm run native\``, { cause });
  }
};

type Move = (
  ...move: [from: number, fromAt: number, to: number, toAt: number | null, length: number]
) => number;

/**
 * What native/os.node exports: system calls that Node lacks. Failures are errors as node:fs throws them, with
 * `code`, `errno` and `syscall`. Paths are strings whose bytes survive: see path-bytes.ts.
 */
interface OsAddon {
  readonly openat2: (directory: number, path: string, flags: number, resolve: number) => number;
  readonly openWalking: (directory: number, path: string, flags: number) => number;
  readonly readWhole: (
    ...what: [
      directory: number,
      path: string,
      flags: number,
      resolve: number,
      row: BigInt64Array,
      bytes: Uint8Array,
    ]
  ) => boolean;
  /** Numbers per row, see stat.ts. */
  readonly statWords: number;
  readonly fstatInto: (fd: number, row: BigInt64Array) => void;
  readonly lstatAt: (directory: number, name: string, row: BigInt64Array) => void;
  readonly readlinkAt: (directory: number, name: string) => string;
  readonly scanDirectory: (directory: number) => {
    names: string[];
    rows: BigInt64Array;
    refused: Uint32Array;
  };
  readonly extendedAttributes: (directory: number, name: string) => (string | Uint8Array)[];
  readonly splice: Move;
  readonly copyFileRange: Move;
  readonly writeAll: (fd: number, bytes: Uint8Array) => void;
  readonly pageOffset: (bytes: Uint8Array) => number;
  readonly flock: (fd: number, exclusive: boolean) => void;
  readonly notify: (address: string, message: string) => void;
  readonly peerCredentials: (fd: number) => { pid: number; uid: number; gid: number; groups: number[] };
  readonly UeventSocket: new (onMessage: (message: Uint8Array | null) => void) => { close(): void };
}

export const os = loadAddon('os') as OsAddon;
