import { createHash } from 'node:crypto';
import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs';
import path from 'node:path';

/**
 * What lies on a virtual medium, read from its folder by a reader that shares nothing with src/virtual but the
 * description of the folder in docs/architecture/virtual-drives.md.
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

const readTrack = (folder, track, start, bytes) => {
  const blocks = Math.ceil(bytes / BLOCK);
  const from = start - track.firstUnit;
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

/** What the tables say of a medium. @param {string} state @param {string} name */
export const tablesOfMedium = (state, name) => tablesOf(path.join(mediaFolder(state), name));

/**
 * `bytes` of user data from the beginning of a track on, and how much of it the map calls recorded; nothing where a
 * drive blanks the medium meanwhile.
 * @param {string} state @param {string} name @param {any} track one of the tables
 * @param {number} bytes @param {number} [start] a block within the track
 */
export const readFrom = (state, name, track, bytes, start = track.start) => {
  try {
    return readTrack(path.join(mediaFolder(state), name), track, start, bytes);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    return NOTHING;
  }
};

/** One more than the last block of a track that was recorded. @param {string} state @param {string} name */
export const recordedEnd = (state, name, track) => {
  const map = trackFile(path.join(mediaFolder(state), name), track, 'map');
  return existsSync(map) ? track.firstUnit + lastOf(readFileSync(map)) : track.start;
};

const lastOf = (map) => {
  let end = map.length * 8;
  while (end > 0 && !isRecorded(map, end - 1)) end -= 1;
  return end;
};

/** What was recorded of a track, from its first block of user data to the last recorded one, with zeros in between. */
const recordedOf = (folder, track) => {
  const map = readFileSync(trackFile(folder, track, 'map'));
  const from = track.start - track.firstUnit;
  const data = Buffer.alloc(Math.max(0, lastOf(map) - from) * BLOCK);
  const fd = openSync(trackFile(folder, track, 'data'), 'r');
  readSync(fd, data, 0, data.length, from * BLOCK);
  closeSync(fd);
  return data;
};

/**
 * The first `bytes` of the whole medium, all tracks at their addresses and zeros where nothing is recorded.
 * @param {string} state @param {string} name @param {number} bytes
 */
export const readWhole = (state, name, bytes) => {
  const folder = path.join(mediaFolder(state), name);
  const whole = Buffer.alloc(bytes);
  for (const track of tablesOf(folder).tracks) {
    if (!existsSync(trackFile(folder, track, 'map')) || track.start * BLOCK >= bytes) continue;
    recordedOf(folder, track).copy(whole, track.start * BLOCK);
  }
  return whole;
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

export const kindOf = (name) => name.slice(0, name.lastIndexOf('-'));
export const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
