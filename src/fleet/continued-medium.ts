import { setTimeout as sleep } from 'node:timers/promises';
import { isWithin } from '../burn/placement.js';
import { type ErrorCode, isSpindleError, SpindleError } from '../errors.js';
import type { MadeFor } from '../jobs/made-for.js';
import type { Image } from '../jobs/records.js';
import type { ImportOptions } from '../image/import/import-options.js';
import type { MediumSession } from '../image/import/medium-session.js';
import type { BlockQuestion } from '../worker/mastering-protocol.js';
import type { AskForBlocks } from './capped-process.js';

/** Which blocks of which recording, and in which drive it lies. */
export interface MediumQuestion extends BlockQuestion {
  readonly drive: string;
  readonly recording: string;
  /** Of who asks, where the drive is leased. */
  readonly lease?: string | undefined;
}

/** In base64. Fails with what keeps the drive from being read, or with `medium-changed`. */
export type ReadBlocks = (question: MediumQuestion) => Promise<string>;

type PlacementBase = NonNullable<MadeFor['placement']['base']>;
type Choice = Pick<ImportOptions, 'session' | 'startBlock'>;

const isChosen = (
  { number, start, end }: PlacementBase['sessions'][number],
  { session, startBlock = -1 }: Choice,
): boolean => (session === undefined ? startBlock >= start && startBlock < end : number === session);

/** The session that is wanted, up to its end: what followed it is not looked at. Else the last one that holds data, and all there is. */
const continuedSession = (
  { start, sessions }: PlacementBase,
  choice: Choice,
): { readonly start: number; readonly end: number } => {
  const endOf = (kept: PlacementBase['sessions']): number => Math.max(...kept.map(({ end }) => end));
  if (choice.session === undefined && choice.startBlock === undefined) return { start, end: endOf(sessions) };
  const chosen = sessions.find((session) => isChosen(session, choice));
  if (!chosen)
    throw new SpindleError(
      'base-session-unknown',
      `There are sessions ${sessions.map(({ number, start: first, end }) => `${number} (blocks ${first} to ${end - 1})`).join(', ')}.`,
    );
  return {
    start: choice.startBlock ?? chosen.start,
    end: endOf(sessions.filter(({ number }) => number <= chosen.number)),
  };
};

/** The session of a medium that was chosen, and how it is continued. */
export const sessionOf = (
  { recording, placement, grows }: MadeFor,
  base: PlacementBase,
  choice: Choice & Pick<ImportOptions, 'fileSystem'>,
): MediumSession => {
  if (recording === undefined)
    throw new SpindleError('medium-unreadable', 'What is on the medium could not be read.');
  return {
    ...continuedSession(base, choice),
    fileSystem: choice.fileSystem,
    recording,
    ...(grows === true && { unit: placement.unit }),
    ...(grows === true && isWithin(placement) && { within: true as const }),
  };
};

/** The session that the image of a job is to continue, for the process that makes it; undefined where it continues none. */
export const baseOf = ({ request, madeFor }: Image): MediumSession | undefined => {
  const base = madeFor?.placement.base;
  return request.type === 'data' && request.import && base
    ? sessionOf(madeFor, base, request.import)
    : undefined;
};

/** No worker is attached, as when the daemon has just begun, or another one is being started. */
const NOT_YET: ReadonlySet<ErrorCode> = new Set(['worker-lost', 'drive-unknown']);
const TRIES = 60;
const PAUSE_MS = 500;

/** Asks a drive's worker, and waits for one that is about to come. */
export const askPatiently =
  (readBlocks: ReadBlocks, { drive, recording = '' }: MadeFor, signal: AbortSignal): AskForBlocks =>
  async (question) => {
    for (let tries = 1; ; tries += 1) {
      try {
        return await readBlocks({ ...question, drive, recording });
      } catch (error) {
        const isEarly = isSpindleError(error) && NOT_YET.has(error.code);
        if (!isEarly || tries === TRIES) throw error;
      }
      await sleep(PAUSE_MS, undefined, { signal });
    }
  };
