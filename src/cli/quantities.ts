import { InvalidArgumentError } from 'commander';
const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** `4.7 GB`; decimal units, as media are labelled. */
export const formatBytes = (bytes: number): string => {
  const power = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(bytes, 1)) / 3)));
  const value = bytes / 1000 ** power;
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[power] ?? 'B'}`;
};

/** `1 block`, `2 blocks`. */
export const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;

/** `1:02:03` or `2:03`. */
export const formatDuration = (ms: number): string => {
  const seconds = Math.round(ms / 1000);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const tail = `${String(m).padStart(h > 0 ? 2 : 1, '0')}:${String(s).padStart(2, '0')}`;
  return h > 0 ? `${h}:${tail}` : tail;
};

const BLOCK_BYTES = 2048;

export const formatBlocks = (blocks: number): string => formatBytes(blocks * BLOCK_BYTES);

/** As an option takes it. */
export const numberOfBlocks = (text: string): number => {
  if (!/^[1-9]\d{0,9}$/.test(text)) throw new InvalidArgumentError('must be a number of blocks');
  return Number(text);
};
