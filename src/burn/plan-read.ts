import type { DriveReport } from '../drive/drive.js';
import { type Medium, type Track, isBlank } from '../drive/medium.js';
import { RUN_OUT } from '../drive/run-out.js';
import { isCd } from '../drive/speeds.js';
import { commonOf, withHash } from './compose-plan.js';
import type { Decision, PlanWarning, Span } from './plan.js';
import type { Refusal } from './refusal.js';
import { readingMs } from './reading-ms.js';
import { check } from './recipes/shared-steps.js';
import { stepOf } from './recipes/step-of.js';
import { refuseContents } from './refusals.js';
import type { Reading } from './step.js';
import type { ReadOptions, UseOf } from './use.js';

type Choice = { readonly tracks: readonly Track[] } | Refusal;

const chosenTracks = ({ tracks, sessions }: Medium, { session, track }: ReadOptions): Choice => {
  const recorded = tracks.filter((each) => !each.blank && each.session <= sessions);
  const wanted = recorded.filter(
    (each) =>
      (session === undefined || each.session === session) && (track === undefined || each.number === track),
  );
  if (wanted.length === 0) {
    const what = track === undefined ? `session ${session ?? 1}` : `track ${track}`;
    return { code: 'track-unknown', detail: `The medium has no closed ${what}.` };
  }
  const sound = wanted.find(({ data }) => !data);
  return sound
    ? {
        code: 'track-not-data',
        detail: `Track ${sound.number} holds no data blocks; this version reads data tracks.`,
      }
    : { tracks: wanted };
};

type RunOut = Reading['runOuts'][number];

interface Area {
  readonly span: Span;
  readonly gaps: readonly Span[];
  readonly runOuts: readonly RunOut[];
}

const endOf = ({ start, length }: Track): number => start + length;

/** From the first block to the last; what lies between the tracks is not recorded. A whole disc begins at block 0. */
const areaOf = (tracks: readonly Track[], from: number): Area => {
  const gaps: Span[] = [];
  let end = from;
  for (const track of tracks.toSorted((a, b) => a.start - b.start)) {
    if (track.start > end) gaps.push({ start: end, blocks: track.start - end });
    end = Math.max(end, endOf(track));
  }
  return { span: { start: from, blocks: end - from }, gaps, runOuts: [] };
};

const runOutOf = (track: Track): RunOut => {
  const blocks = Math.min(RUN_OUT, track.length);
  return { start: endOf(track) - blocks, blocks, track: track.start };
};

const ofTracks = (medium: Medium, options: ReadOptions): Area | Refusal => {
  const choice = chosenTracks(medium, options);
  if ('code' in choice) return choice;
  const whole = options.session === undefined && options.track === undefined;
  const first = Math.min(...choice.tracks.map(({ start }) => start));
  const area = areaOf(choice.tracks, whole ? 0 : first);
  return isCd(medium.kind) ? { ...area, runOuts: choice.tracks.map(runOutOf) } : area;
};

const ofBlocks = (medium: Medium, options: ReadOptions): Area | Refusal => {
  if ((options.session ?? options.track ?? 1) !== 1)
    return { code: 'track-unknown', detail: `A ${medium.kind} medium has one session of one track.` };
  const { readable, volumeBlocks = readable } = medium;
  const blocks = options.area === 'volume' ? Math.min(volumeBlocks, readable) : readable;
  return { span: { start: 0, blocks }, gaps: [], runOuts: [] };
};

const decide = (medium: Medium, options: ReadOptions): Area | Refusal => {
  if (isBlank(medium))
    return { code: 'medium-blank', detail: `Nothing is recorded on the ${medium.kind} medium.` };
  // Pressed media of drives that know no READ TRACK INFORMATION have no tracks either.
  const byBlocks = medium.overwritable || medium.tracks.length === 0;
  const area = byBlocks ? ofBlocks(medium, options) : ofTracks(medium, options);
  return 'code' in area || area.span.blocks > 0
    ? area
    : { code: 'medium-unreadable', detail: `Nothing can be read of the ${medium.kind} medium.` };
};

const warningsOf = (medium: Medium, { span, gaps }: Area, options: ReadOptions): PlanWarning[] => [
  ...(medium.overwritable && span.blocks < medium.readable
    ? [
        {
          code: 'volume-only',
          detail: `The volume's ${span.blocks} of ${medium.readable} blocks are read; area: whole reads all.`,
        },
      ]
    : []),
  ...(gaps.length > 0
    ? [{ code: 'gaps-zeroed', detail: 'Between the sessions the image holds zeros, so that addresses stay.' }]
    : []),
  ...(options.onUnreadable === 'zero-fill'
    ? [{ code: 'holes-possible', detail: 'Blocks that cannot be read will be zeros in the image.' }]
    : []),
];

/** Decides which blocks are read into an image. */
export const planRead = (report: DriveReport, use: UseOf<'read'>): Decision => {
  const refusal = refuseContents(report);
  const { medium } = report;
  if (refusal) return { refusals: [refusal] };
  if (!medium) throw new TypeError('a report without refusal has a medium');
  const area = decide(medium, use.options);
  if ('code' in area) return { refusals: [area] };
  const { onUnreadable, retries } = use.options;
  const expects = { kind: medium.kind };
  const reading = {
    ...area.span,
    gaps: [...area.gaps],
    runOuts: [...area.runOuts],
    onUnreadable,
    retries,
  };
  const step = stepOf({
    do: 'read',
    phase: 'read',
    title: `Read ${area.span.blocks} blocks from block ${area.span.start} on`,
    reading,
  });
  const common = commonOf(medium, {
    steps: [{ ...check, phase: 'load', expects }, step],
    expects,
    warnings: warningsOf(medium, area, use.options),
    ms: readingMs(medium, area.span.blocks),
    eject: use.options.eject,
  });
  return { plan: withHash({ ...use, span: area.span, gaps: [...area.gaps], ...common, writeOnce: false }) };
};
