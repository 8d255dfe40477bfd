import { secondsOfNs } from '../binary/calendar.js';
import type { FurtherTimes } from '../iso9660/rrip.js';
import { nearTime } from '../os/far-times.js';
import { FORMAT_OF_KIND, type FileKind, STAT, statRow } from '../os/stat.js';
import type { ImportedEntry } from './import/imported-entry.js';
import { ON_MEDIUM } from './kept-attributes.js';
import { decodeDevice } from './posix-entries.js';

/** Of a mode: all but what kind of file it is. */
const PERMISSIONS = 0o7777;

/** What a directory or a file without Rock Ridge gets. */
const USUAL_PERMISSIONS: Readonly<Partial<Record<FileKind, number>>> = { directory: 0o755, link: 0o777 };

/** What kind of file it is was found by more than its mode, which may say nothing of it, or something else. */
const modeOf = ({ kind, rockRidge }: ImportedEntry): number =>
  FORMAT_OF_KIND[kind] + ((rockRidge.mode ?? USUAL_PERMISSIONS[kind] ?? 0o644) & PERMISSIONS);

/** Times that nobody recorded are 0, but that of access. */
export const timesOf = (
  rockRidge: ImportedEntry['rockRidge'],
  recordedNs = 0n,
): readonly (readonly [word: number, ns: bigint])[] => {
  const { modifiedNs = recordedNs, attributesNs = 0n, creationNs = 0n, accessedNs = modifiedNs } = rockRidge;
  return [
    [STAT.mtimeNs, modifiedNs],
    [STAT.ctimeNs, attributesNs],
    [STAT.birthtimeNs, creationNs],
    [STAT.atimeNs, accessedNs],
  ];
};

/** Times that Rock Ridge alone has; undefined where it says none. */
export const furtherTimesOf = ({
  backupNs,
  expirationNs,
  effectiveNs,
}: ImportedEntry['rockRidge']): FurtherTimes | undefined => {
  const times = {
    ...(backupNs !== undefined && { backup: secondsOfNs(backupNs) }),
    ...(expirationNs !== undefined && { expiration: secondsOfNs(expirationNs) }),
    ...(effectiveNs !== undefined && { effective: secondsOfNs(effectiveNs) }),
  };
  return Object.keys(times).length > 0 ? times : undefined;
};

/** What a session says of an entry, as the kernel would say it of a source. */
export const rowOf = (entry: ImportedEntry): BigInt64Array => {
  const { rockRidge, size, identity, recordedNs } = entry;
  const row = statRow();
  row[STAT.device] = ON_MEDIUM;
  row[STAT.inode] = BigInt(identity);
  row[STAT.mode] = BigInt(modeOf(entry));
  row[STAT.links] = BigInt(rockRidge.links ?? 1);
  row[STAT.uid] = BigInt(rockRidge.userId ?? 0);
  row[STAT.gid] = BigInt(rockRidge.groupId ?? 0);
  row[STAT.size] = BigInt(size);
  row[STAT.deviceNode] = BigInt(rockRidge.device ? decodeDevice(rockRidge.device) : 0);
  for (const [word, ns] of timesOf(rockRidge, recordedNs)) row[word] = nearTime(ns);
  return row;
};

/** A regular file that is nothing but so many bytes. */
export const bareRow = (size: number): BigInt64Array => {
  const row = statRow();
  row[STAT.device] = ON_MEDIUM;
  row[STAT.mode] = BigInt(FORMAT_OF_KIND.file + 0o444);
  row[STAT.size] = BigInt(size);
  return row;
};
