import { EntryPaths } from './entry-paths.js';
import type { ImportedEntry, ImportedStream } from './imported-entry.js';

/** Gives entries the named streams that another file system has for their paths; which of these are of no entry is told. */
export const streamed = (
  entries: readonly ImportedEntry[],
  streamsOf: ReadonlyMap<string, readonly ImportedStream[]>,
): { readonly entries: readonly ImportedEntry[]; readonly unclaimed: readonly string[] } => {
  if (streamsOf.size === 0) return { entries, unclaimed: [] };
  const unclaimed = new Set(streamsOf.keys());
  const paths = new EntryPaths();
  const found = entries.map((entry) => {
    const { id, parent, name, kind } = entry;
    if (kind === 'directory' && id !== 0) paths.add(id, parent, name);
    const path = id === 0 ? '/' : paths.of(parent, name);
    const streams = streamsOf.get(path);
    unclaimed.delete(path);
    return streams ? { ...entry, streams } : entry;
  });
  return { entries: found, unclaimed: [...unclaimed] };
};
