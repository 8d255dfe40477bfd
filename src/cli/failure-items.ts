import type { ErrorItem, Failure } from '../errors.js';

/** So many things that are wrong help; more only push the message off the screen. */
const MOST_ITEMS = 8;

type Told = Pick<Failure, 'detail' | 'errors'>;

/** What is wrong with several things alike is said of one of them by the message, and of each by its item. */
const isSaid = ({ detail, errors = [] }: Told, { pointer, message }: ErrorItem): boolean =>
  detail.includes(`${pointer} ${message}`) ||
  (detail.includes(message) && errors.filter((other) => other.message === message).length === 1);

/** A line for each thing that is wrong; what the message of the failure says already is not said again. */
export const linesOfItems = (failure: Told): string[] => {
  const lines = (failure.errors ?? [])
    .filter((item) => !isSaid(failure, item))
    .map(({ pointer, message }) => `  ${pointer}: ${message}`);
  const left = lines.length - MOST_ITEMS;
  return left > 1 ? [...lines.slice(0, MOST_ITEMS), `  and ${left} more; --json lists all`] : lines;
};
