import type { Progress } from '../burn/progress.js';
import type { Context } from './context.js';
import { formatDuration } from './quantities.js';
import { shownLine, shownText } from './shown-text.js';

const BAR_CELLS = 24;

const bar = (fraction: number): string => {
  const full = Math.round(Math.min(1, Math.max(0, fraction)) * BAR_CELLS);
  return '█'.repeat(full) + '░'.repeat(BAR_CELLS - full);
};

const percent = (fraction: number | undefined): string =>
  fraction === undefined ? '' : `${String(Math.round(fraction * 100)).padStart(3)} %`;

/** `████░░  42 %` */
export const progressBar = (fraction: number): string => `${bar(fraction)}  ${percent(fraction)}`;

/** One line for one drive, e.g. `bay-1  write   ████░░  42 %  22.1 MB/s  buffer 97 %  0:12 left`. */
export const progressLine = (name: string, progress: Progress): string => {
  const fraction = progress.total > 0 ? progress.done / progress.total : 0;
  const buffer = progress.driveBufferFill === undefined ? '' : `buffer ${percent(progress.driveBufferFill)}`;
  const left = progress.remainingMs === undefined ? '' : `${formatDuration(progress.remainingMs)} left`;
  return [
    name.padEnd(12),
    progress.phase.padEnd(9),
    progressBar(fraction),
    `${(progress.kBps / 1000).toFixed(1).padStart(6)} MB/s`,
    buffer,
    left,
  ]
    .join('  ')
    .trimEnd();
};

/** Lines at the bottom of a terminal, one per drive, drawn over themselves. */
export interface ProgressBoard {
  show(key: string, line: string): void;
  /** It has come to its end. */
  drop(key: string): void;
  /** Text that stays, above the board. */
  say(text: string): void;
  clear(): void;
}

/** For whoever wants the answer alone. */
export const SILENT_BOARD: ProgressBoard = {
  show: () => undefined,
  drop: () => undefined,
  say: () => undefined,
  clear: () => undefined,
};

const UP = (lines: number): string => (lines > 0 ? `\u001b[${lines}A` : '');
const ERASE_DOWN = '\r\u001b[J';

/** Where lines cannot be drawn over themselves, each drive says where it is only so often. */
const PLAIN_INTERVAL_MS = 2000;

/**
 * Draws on standard error where a person watches it; elsewhere lines follow one another, few enough to stay
 * readable.
 */
export const createProgressBoard = ({ interactive }: Pick<Context, 'interactive'>): ProgressBoard => {
  const out = process.stderr;
  const lines = new Map<string, string>();
  const shown = new Map<string, number>();
  let drawn = 0;
  const erase = (): string => {
    const up = UP(drawn);
    drawn = 0;
    return interactive ? up + ERASE_DOWN : '';
  };
  const draw = (): string => {
    if (!interactive) return '';
    drawn = lines.size;
    return [...lines.values()].map((line) => `${line.slice(0, out.columns - 1)}\n`).join('');
  };
  return {
    show: (key, line) => {
      lines.set(key, shownLine(line));
      if (interactive) out.write(erase() + draw());
      else if (Date.now() - (shown.get(key) ?? 0) >= PLAIN_INTERVAL_MS) {
        shown.set(key, Date.now());
        out.write(`${shownLine(line)}\n`);
      }
    },
    drop: (key) => {
      if (lines.delete(key) && interactive) out.write(erase() + draw());
    },
    say: (text) => {
      out.write(`${erase()}${shownText(text)}\n${draw()}`);
    },
    clear: () => {
      const erased = erase();
      lines.clear();
      if (erased !== '') out.write(erased);
    },
  };
};

/** For a command whose failure is JSON as well with --json, and stands alone then. */
export const boardBeside = ({ json, interactive }: Pick<Context, 'json' | 'interactive'>): ProgressBoard =>
  json ? SILENT_BOARD : createProgressBoard({ interactive });
