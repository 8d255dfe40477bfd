import { attemptWords, jobName, jobWords } from './words.js';

/** Attempts and jobs that end, as a sentence for those who listen; all else would be noise. */
const SENTENCES = {
  'attempt.advanced': ({ data }, { drives }) =>
    data.endedAt && `${drives.get(data.drive)?.name ?? data.drive}: ${attemptWords(data).word}`,
  'job.advanced': ({ data }, { images }) =>
    (data.endedAt || data.state === 'waiting') && `${jobName(data, images)}: ${jobWords(data, images).word}`,
};

export const sentenceOf = (frame, state) =>
  frame.op === 'event' ? SENTENCES[frame.kind]?.(frame, state) || undefined : undefined;
