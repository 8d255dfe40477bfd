/** How a format of DVD+RW ends that its drive goes on with in the background, and how long that may take. */
import type { Medium } from '../../drive/medium.js';
import { samplesOf } from '../../drive/read-contents.js';
import type { Step } from '../step.js';
import { close, stopFormat } from './close-steps.js';
import { lastsFor } from './step-of.js';
import { wholeMediumMs } from './whole-medium-ms.js';

/** There are no sessions: function 2 writes the temporary lead-out that DVD-ROM drives look for. */
const leadOut: Step = {
  ...close('session', [2]),
  title: 'Write a temporary lead-out, by which other drives read the disc',
};

const waitingFor =
  (ms: number) =>
  (step: Step): Step => ({
    ...step,
    ...(step.command && {
      command: { ...step.command, timeoutMs: Math.max(step.command.timeoutMs, lastsFor(ms)) },
    }),
    readyWithinMs: Math.max(step.readyWithinMs, lastsFor(ms)),
  });

/**
 * The lead-out lies behind the last recorded block, and what the format had not come to before it is filled first. Between the places
 * that were looked at nobody knows what is recorded: it is waited for as if that were all of the disc.
 */
export const endingFormat = ({ kind, capacity }: Pick<Medium, 'kind' | 'capacity'>): readonly Step[] =>
  [stopFormat, leadOut].map(waitingFor(wholeMediumMs(kind, capacity)));

interface Span {
  readonly start: number;
  readonly blocks: number;
}

const overlap = (a: Span, b: Span): number =>
  Math.max(0, Math.min(a.start + a.blocks, b.start + b.blocks) - Math.max(a.start, b.start));

type Recorded = Pick<Medium, 'kind' | 'readable' | 'recordedPlaces'>;

/** Blocks before the last recorded one in which nothing was seen, each place standing for all up to the next; `own` will be recorded. */
const unrecorded = ({ readable, recordedPlaces = [] }: Recorded, own: readonly Span[]): number => {
  const end = Math.max(0, ...recordedPlaces, ...own.map(({ start, blocks }) => start + blocks));
  const starts = [...new Set([0, ...samplesOf(readable)])].filter((start) => start < end);
  const places = starts.toSorted((a, b) => a - b);
  return places
    .map((start, at): Span => ({ start, blocks: (places[at + 1] ?? end) - start }))
    .filter(({ start }) => !recordedPlaces.includes(start))
    .map((gap) => own.reduce((left, span) => left - overlap(gap, span), gap.blocks))
    .reduce((total, blocks) => total + blocks, 0);
};

/** How long that may take, in ms; an estimate. */
export const fillingMs = (medium: Recorded, own: readonly Span[] = []): number =>
  wholeMediumMs(medium.kind, unrecorded(medium, own));
