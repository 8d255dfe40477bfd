import { z } from 'zod';
import {
  describeDisc,
  describeTrack,
  discQuestion,
  informationView,
  trackQuestion,
} from '../drive/describe-disc.js';
import { describeFeatures, featureViews } from '../drive/describe-features.js';
import { describeModePage, describeModePages, modePageView } from '../drive/describe-mode-pages.js';
import {
  describeStructure,
  listStructures,
  mediaType,
  structureEntry,
  structureQuestion,
  structureView,
} from '../drive/describe-structures.js';
import type { DriveSession } from '../drive/drive-session.js';

/** That of who asks. */
const lease = z.string().optional();

/** What a client may ask of the drive itself: nothing of it alters drive or medium. */
export const DRIVE_QUESTIONS = [
  z.object({ do: z.literal('features'), lease }),
  z.object({ do: z.literal('mode-pages'), code: z.int().min(0).max(0x3e).optional(), lease }),
  z.object({ do: z.literal('structure-list'), mediaType, lease }),
  z.object({ do: z.literal('structure'), question: structureQuestion, lease }),
  z.object({ do: z.literal('disc-information'), question: discQuestion, lease }),
  z.object({ do: z.literal('track-information'), question: trackQuestion, lease }),
] as const;
export type DriveQuestion = z.infer<(typeof DRIVE_QUESTIONS)[number]>;

export const DRIVE_ANSWERS = {
  features: featureViews,
  'mode-pages': z.object({ pages: z.array(modePageView) }),
  'structure-list': z.object({ structures: z.array(structureEntry) }),
  structure: structureView,
  'disc-information': informationView,
  'track-information': informationView,
} as const satisfies Record<DriveQuestion['do'], z.ZodType>;
export type DriveAnswer<Do extends DriveQuestion['do']> = z.infer<(typeof DRIVE_ANSWERS)[Do]>;

type Asking = {
  readonly [Do in DriveQuestion['do']]: (
    session: DriveSession,
    question: Extract<DriveQuestion, { do: Do }>,
  ) => Promise<DriveAnswer<Do>>;
};

const ASKING: Asking = {
  features: describeFeatures,
  'mode-pages': async (session, { code }) => ({
    pages: code === undefined ? await describeModePages(session) : await describeModePage(session, code),
  }),
  'structure-list': async (session, question) => ({
    structures: await listStructures(session, question.mediaType),
  }),
  structure: (session, { question }) => describeStructure(session, question),
  'disc-information': (session, { question }) => describeDisc(session, question),
  'track-information': (session, { question }) => describeTrack(session, question),
};

/** Asks the drive. @throws SpindleError as the drive refuses. */
export const askDrive = <Do extends DriveQuestion['do']>(
  session: DriveSession,
  question: Extract<DriveQuestion, { do: Do }>,
): Promise<DriveAnswer<Do>> => {
  const ask = ASKING[question.do];
  return ask(session, question);
};
