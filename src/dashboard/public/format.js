/** Numbers as people read them. */

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];
const BLOCK_BYTES = 2048;

/** `4.7 GB`; decimal units, as media are labelled. */
export const formatBytes = (bytes) => {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(bytes, 1)) / 3));
  const value = bytes / 1000 ** power;
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[power]}`;
};

export const formatBlocks = (blocks) => formatBytes(blocks * BLOCK_BYTES);

/** `2,139,136` */
export const formatCount = (count) => Math.round(count).toLocaleString('en-US');

/** `1 disc`, `2 discs` */
export const formatNumberOf = (count, noun) => `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;

export const formatSpeed = (kBps) => `${(kBps / 1000).toFixed(1)} MB/s`;

/** `1:02:03` or `2:03` */
export const formatDuration = (ms) => {
  const seconds = Math.round(ms / 1000);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const tail = `${String(m).padStart(h > 0 ? 2 : 1, '0')}:${String(s).padStart(2, '0')}`;
  return h > 0 ? `${h}:${tail}` : tail;
};

/** Rounded down: only what is complete is 100 %. */
export const percentOf = ({ done, total }) =>
  total > 0 ? Math.floor(Math.min(1, done / total) * 100) : undefined;

/** `14:03`, with the date where it is not today. */
export const formatTime = (timestamp, now = new Date()) => {
  const at = new Date(timestamp);
  const time = at.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  if (at.toDateString() === now.toDateString()) return time;
  return `${at.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' })}, ${time}`;
};

const MEDIUM_NAMES = { 'removable-disk': 'Disk', unknown: 'Unknown medium' };

/** `DVD+R DL` */
export const formatKind = (kind) => MEDIUM_NAMES[kind] ?? kind.toUpperCase().replace('-DL', ' DL');
