import { createHash } from 'node:crypto';
import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs';
import path from 'node:path';

/**
 * What lies on a virtual medium, read from its folder by a reader that shares nothing with src/virtual but the
 * description of the folder in ARCHITECTURE.md.
 */
const BLOCK = 2048;

export const mediaFolder = (state) => path.join(state, 'virtual', 'media');

export const mediaIn = (state) =>
  existsSync(mediaFolder(state))
    ? readdirSync(mediaFolder(state)).filter((name) => !name.startsWith('.'))
    : [];

const tablesOf = (folder) => JSON.parse(readFileSync(path.join(folder, 'medium.json'), 'utf8'));

/** The map has one bit per unit, most significant first. */
const isRecorded = (map, unit) => (((map[unit >> 3] ?? 0) >> (7 - (unit & 7))) & 1) === 1;

const trackFile = (folder, { number }, suffix) =>
  path.join(folder, `track-${String(number).padStart(2, '0')}.${suffix}`);

const NOTHING = { data: Buffer.alloc(0), recorded: 0 };

const readTrack = (folder, track, bytes) => {
  const blocks = Math.ceil(bytes / BLOCK);
  const from = track.start - track.firstUnit;
  const map = readFileSync(trackFile(folder, track, 'map'));
  let recorded = 0;
  while (recorded < blocks && isRecorded(map, from + recorded)) recorded += 1;
  const unit = track.unit.mainBytes + track.unit.subchannelBytes;
  if (unit !== BLOCK) return NOTHING;
  const data = Buffer.alloc(blocks * BLOCK);
  const fd = openSync(trackFile(folder, track, 'data'), 'r');
  readSync(fd, data, 0, data.length, from * BLOCK);
  closeSync(fd);
  return { data: data.subarray(0, bytes), recorded };
};

/**
 * The first `bytes` of user data of the first track, and how much of it the map calls recorded; nothing where a drive blanks the
 * medium meanwhile.
 * @param {string} state @param {string} name
 */
export const readMedium = (state, name, bytes) => {
  const folder = path.join(mediaFolder(state), name);
  const tables = tablesOf(folder);
  const [track] = tables.tracks;
  if (track === undefined) return { tables, ...NOTHING };
  try {
    return { tables, ...readTrack(folder, track, bytes) };
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    return { tables, ...NOTHING };
  }
};

/** Everything that makes up a medium but its lock, as one number. */
export const fingerprintOf = (state, name) => {
  const folder = path.join(mediaFolder(state), name);
  const hash = createHash('sha256');
  for (const file of readdirSync(folder).toSorted()) {
    if (file === 'lock') continue;
    hash.update(`${file}\n`).update(readFileSync(path.join(folder, file)));
  }
  return hash.digest('hex');
};

/** Nothing was ever recorded on it. */
export const isBlank = (state, name) => {
  const folder = path.join(mediaFolder(state), name);
  const { tracks, underway } = tablesOf(folder);
  if (underway !== null) return false;
  return tracks.every((track) => {
    const map = trackFile(folder, track, 'map');
    return !existsSync(map) || statSync(map).size === 0 || readFileSync(map).every((byte) => byte === 0);
  });
};

export const WRITE_ONCE = new Set(['cd-r', 'cd-r-74', 'dvd+r']);
export const kindOf = (name) => name.slice(0, name.lastIndexOf('-'));
export const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
