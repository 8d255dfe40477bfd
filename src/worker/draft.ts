/**
 * The process that has the tree of a draft while somebody works at it: the daemon never looks at sources itself. It answers
 * one question after the other and ends with its input. See draft-protocol.ts.
 */
import type { z } from 'zod';
import { type DraftFrame, draftQuestion } from './draft-protocol.js';
import { DraftScene } from './draft-scene.js';
import { encodeFrame, readFrames } from './frames.js';
import { seldom } from './seldom.js';
import { toldFailure } from './told-failure.js';

type Question = z.output<typeof draftQuestion>;
type QuestionOf<Op extends Question['op']> = Extract<Question, { op: Op }>;

const say = (frame: DraftFrame): void => {
  process.stdout.write(encodeFrame(frame));
};

const tellBusy = seldom(() => {
  say({ op: 'busy' });
});

let scene: DraftScene | undefined;

const theScene = (): DraftScene => {
  if (!scene) throw new Error('nothing was begun');
  return scene;
};

const begin = (question: QuestionOf<'begin'>): null => {
  scene = new DraftScene(question, tellBusy);
  return null;
};

/** What takes its time is a promise. */
const ANSWERS: { readonly [Op in Question['op']]: (question: QuestionOf<Op>) => unknown } = {
  begin,
  apply: (question) => theScene().apply(question),
  look: (question) => theScene().look(question),
  measure: () => theScene().measure(),
  check: () => theScene().check(),
  weigh: () => theScene().weigh(),
  names: (question) => theScene().names(question),
  changes: (question) => theScene().changes(question),
  copy: (question) => theScene().copy(question),
  contents: (question) => theScene().contents(question),
  bodies: (question) => theScene().bodies(question),
};

const answerTo = <Op extends Question['op']>(question: QuestionOf<Op>): unknown => {
  const answer = ANSWERS[question.op];
  return answer(question);
};

const SPOILING: ReadonlySet<string | undefined> = new Set(['add', 'add-copy', 'take-session']);

/** What may have been done in part: several edits, and one that adds many entries. */
const mayBeSpoilt = (question: Question): boolean =>
  question.op === 'begin' ||
  (question.op === 'apply' && (question.edits.length > 1 || SPOILING.has(question.edits[0]?.do)));

const answer = async (question: Question): Promise<void> => {
  try {
    say({ op: 'answer', value: await answerTo(question) });
  } catch (error) {
    say({ op: 'failure', failure: toldFailure(error), spoilt: mayBeSpoilt(question) });
  }
};

readFrames(process.stdin, {
  receives: draftQuestion,
  onFrame: (question) => void answer(question),
  onEnd: (reason) => {
    process.exit(reason ? 1 : 0);
  },
});
process.on('SIGHUP', () => undefined);
