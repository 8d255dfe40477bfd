import type { ErrorItem, Failure } from '../errors.js';

/**
 * An attempt ends with an entry in its journal, whose 64 KiB were allocated beforehand, and with a frame to the daemon.
 * With what is said of the medium, an entry stays below 48 KiB.
 */
const MOST_ITEMS = 200;
const MOST_ITEM_BYTES = 24 * 1024;
const MOST_DETAIL_BYTES = 4 * 1024;

/** As it is written down; bytes of names that are no UTF-8 take six times their room. */
const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

/** The first items; one that fits nowhere does not keep those behind it out. */
const itemsThatFit = (items: readonly ErrorItem[]): ErrorItem[] => {
  const kept: ErrorItem[] = [];
  let room = MOST_ITEM_BYTES;
  for (const item of items) {
    const bytes = bytesOf(item);
    if (bytes > MOST_ITEM_BYTES) continue;
    if (bytes > room || kept.length === MOST_ITEMS) break;
    kept.push(item);
    room -= bytes;
  }
  return kept;
};

const shortened = (text: string): string => {
  if (bytesOf(text) <= MOST_DETAIL_BYTES) return text;
  let length = text.length;
  while (bytesOf(text.slice(0, length)) > MOST_DETAIL_BYTES) length = Math.floor(length * 0.9);
  return `${text.slice(0, length)}…`;
};

/** A failure that fits its place, and says so where something is left out. */
export const boundedFailure = ({ errors = [], ...failure }: Failure): Failure => {
  const kept = itemsThatFit(errors);
  const detail = shortened(failure.detail);
  return {
    ...failure,
    detail:
      kept.length < errors.length
        ? `${detail} Of ${errors.length} errors ${kept.length} are listed.`
        : detail,
    ...(kept.length > 0 && { errors: kept }),
  };
};
