/** Lists one directory for one request and ends; see root-listing.ts. */
import { readdirSync } from 'node:fs';
import { closeRead } from '../os/close-read.js';
import { openBeneath, openRoot } from '../os/openat2.js';
import { fileKind, lstatAt, STAT, statRow } from '../os/stat.js';
import { pageAt } from './paging.js';
import type { DirectoryPage, EntryView, ListingRequest } from './root-listing.js';
import { answerFromThread } from './root-thread.js';

const SHOWN_KINDS = ['file', 'directory', 'link'] as const;

const viewEntry = (directory: number, name: string): EntryView => {
  const row = statRow();
  try {
    lstatAt(directory, name, row);
  } catch {
    return { name, kind: 'other' }; // gone since it was listed, or a name that is no text
  }
  const found = fileKind(Number(row[STAT.mode]));
  const kind = SHOWN_KINDS.find((shown) => shown === found) ?? 'other';
  const modifiedAt = new Date(Number((row[STAT.mtimeNs] ?? 0n) / 1_000_000n)).toISOString();
  return { name, kind, ...(kind === 'file' && { size: Number(row[STAT.size]) }), modifiedAt };
};

/** Names come from the descriptor that was opened beneath the root: no path is opened twice. */
const list = ({ root, path, page }: ListingRequest): DirectoryPage => {
  const rootFd = openRoot(root.path);
  try {
    const directory = openBeneath(rootFd, path);
    try {
      const names = readdirSync(`/proc/self/fd/${directory}`).sort();
      return pageAt(names.length, page, (start, end) =>
        names.slice(start, end).map((name) => viewEntry(directory, name)),
      );
    } finally {
      closeRead(directory);
    }
  } finally {
    closeRead(rootFd);
  }
};

answerFromThread(list);
