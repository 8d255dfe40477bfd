import type { ImageProgress } from '../image/image-progress.js';
import { progressBar } from './progress-lines.js';
import { formatBytes } from './quantities.js';

const counted = (number: number, what: string): string => `${number} ${what}`;

/** What has been done, in the unit of the phase. */
const amount = ({ phase, done, total, files, directories, fileSystem }: ImageProgress): string => {
  switch (phase) {
    case 'import':
      return fileSystem === undefined
        ? counted(done, 'blocks')
        : `${fileSystem}: ${counted(files ?? 0, 'files')}, ${counted(directories ?? 0, 'directories')}, ${counted(done, 'blocks')}`;
    case 'scan':
      return counted(done, 'entries');
    case 'digest':
    case 'write':
    case 'spool':
      return total > 0 ? `${progressBar(done / total)}  ${formatBytes(done)} of ${formatBytes(total)}` : '';
  }
};

/** One line for an image that is being made, e.g. `image         scan       12345 entries  /photos/2026`. */
export const imageProgressLine = (progress: ImageProgress): string =>
  ['image'.padEnd(12), progress.phase.padEnd(9), amount(progress), progress.path ?? ''].join('  ').trimEnd();
