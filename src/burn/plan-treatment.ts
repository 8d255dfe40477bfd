import type { DriveReport } from '../drive/drive.js';
import { type Medium, isBlank } from '../drive/medium.js';
import { type Course, commonOf, withHash } from './compose-plan.js';
import { hiddenBlocks } from './hidden-blocks.js';
import type { Decision, Plan, PlanWarning } from './plan.js';
import { PHASES, type Phase } from './progress.js';
import type { Refusal } from './refusal.js';
import { isCurrent } from './recipes/choice.js';
import { isHalfBlanked, isSessionOpen } from './recipes/closing-treatments.js';
import { chooseFormat, formatTreatment } from './recipes/formatting.js';
import { reasonAgainst, reasonAgainstClosing } from './recipes/no-treatment.js';
import type { Recipe, Treatment } from './recipes/recipe.js';
import { treatmentsFor } from './recipes/recipe-for.js';
import { prove } from './recipes/shared-steps.js';
import { holding, recordable, refuseReport, unprotected } from './refusals.js';
import type { Step } from './step.js';
import { carried, refuseTransfers } from './transfer-limit.js';
import type { EraseMethod, FormatOptions, TreatmentUse, UseOf } from './use.js';

type Answer = Treatment | Refusal;

/** A medium and the drive that it is in. */
interface Treated {
  readonly medium: Medium;
  readonly capabilities: DriveReport['capabilities'];
}

const isRefusal = (answer: Answer): answer is Refusal => 'code' in answer;

const notErasable = ({ kind }: Medium): Refusal => ({
  code: 'medium-not-erasable',
  detail: reasonAgainst(kind, 'erase') ?? `The ${kind} medium cannot be erased.`,
});

/** What is not formatted cannot be overwritten. */
const withoutFormat = ({ kind }: Medium): string =>
  `The ${kind} medium has no whole format, so that its blocks cannot be overwritten; a job of type recover or format gives it one.`;

/** Recovery closes what was left open, and blanks all of what was blanked in part. */
const withoutClosedSession = (medium: Medium): string => {
  const { kind, sessions } = medium;
  if (kind !== 'cd-rw') return `No session of the ${kind} medium can be erased by itself.`;
  if (isHalfBlanked(medium))
    return 'Blanking the cd-rw medium was cut short: nobody can tell its sessions any more. A job of type recover blanks all of it.';
  return sessions > 0 || isSessionOpen(medium)
    ? 'The last session of the cd-rw medium was not closed: a job of type recover closes it.'
    : 'Nothing is recorded on the cd-rw medium.';
};

const NO_ERASURE: Readonly<Record<EraseMethod, (medium: Medium) => Refusal>> = {
  quick: notErasable,
  full: (medium) =>
    medium.formatted ? notErasable(medium) : { code: 'medium-not-erasable', detail: withoutFormat(medium) },
  secure: (medium) => ({
    code: 'secure-erase-unsupported',
    detail: medium.formatted
      ? (hiddenBlocks(medium) ??
        `Nobody can promise that the blocks of a ${medium.kind} medium are overwritten.`)
      : withoutFormat(medium),
  }),
  session: (medium) => ({ code: 'session-erase-unsupported', detail: withoutClosedSession(medium) }),
  deformat: ({ kind }) => ({
    code: 'deformat-unsupported',
    detail: `No command takes the format of a ${kind} medium away.`,
  }),
};

const erasing = (recipe: Recipe, medium: Medium, { options }: UseOf<'erase'>): Answer => {
  const { method } = options;
  if (method !== 'deformat' && !medium.erasable) return notErasable(medium);
  return recipe.erase?.(medium, method) ?? NO_ERASURE[method](medium);
};

const hex = (type: number): string => `${type.toString(16).padStart(2, '0').toUpperCase()}h`;

/** The formats that Spindle knows for the medium and that the drive lists, for whoever asked for another one. */
const listedFormats = ({ formats: rows = [] }: Recipe, { formats }: Medium): string => {
  const known = formats.filter(({ type }) => rows.some((row) => row.type === type));
  const between = rows.some(({ sizesBetween }) => sizesBetween !== undefined)
    ? ', and of one type any whole clusters between the least and the most'
    : '';
  const sizes = known.map(({ type, blocks }) => `${hex(type)} with ${blocks} blocks`).join(', ');
  return sizes === '' ? 'none' : `${sizes}${between}`;
};

const noFormat = (recipe: Recipe, medium: Medium, options: FormatOptions): Refusal => {
  const none = reasonAgainst(medium.kind, 'format');
  if (none !== undefined) return { code: 'format-unsupported', detail: none };
  const asked = Object.entries(options)
    .filter(([key, value]) => key !== 'eject' && value !== undefined)
    .map(([key, value]) => `${key} ${String(value)}`);
  return {
    code: 'format-unsupported',
    detail: `The drive cannot format this ${medium.kind} medium with ${asked.join(', ') || 'any format that Spindle knows'}; it lists ${listedFormats(recipe, medium)}.`,
  };
};

const formatting = (recipe: Recipe, medium: Medium, { options }: UseOf<'format'>): Answer => {
  if (recipe.formatsOnce && medium.status !== 'empty')
    return {
      code: 'format-unsupported',
      detail: `A ${medium.kind} medium is formatted once, before anything is recorded, and this one is ${isBlank(medium) ? 'formatted' : 'in use'} already.`,
    };
  const choice = chooseFormat(recipe.formats ?? [], medium, options);
  return choice ? formatTreatment(medium, choice) : noFormat(recipe, medium, options);
};

const closing = (recipe: Recipe, { medium, capabilities }: Treated, { options }: UseOf<'close'>): Answer => {
  const { kind, status, lastSession } = medium;
  const none = reasonAgainstClosing(medium);
  if (none !== undefined) return { code: 'close-unsupported', detail: none };
  const formats = medium.backgroundFormat === 'running';
  if (isBlank(medium) && !formats)
    return { code: 'medium-blank', detail: `Nothing is recorded on the ${kind} medium.` };
  if (status === 'complete' && !formats)
    return { code: 'medium-closed', detail: `The ${kind} medium is finalized already.` };
  const treatment = recipe.close?.(medium, options.what, capabilities);
  if (treatment) return treatment;
  if (lastSession === 'damaged')
    return {
      code: 'close-unsupported',
      detail: `What was recorded last on the ${kind} medium is damaged: nothing closes it.`,
    };
  return options.what === 'session'
    ? { code: 'medium-closed', detail: `All sessions of the ${kind} medium are closed already.` }
    : {
        code: 'close-unsupported',
        detail: `The sessions of the ${kind} medium are closed; only another session could finalize it.`,
      };
};

const recovering = (recipe: Recipe, { medium, capabilities }: Treated): Answer =>
  recipe.recover?.(medium, capabilities) ??
  (medium.lastSession === 'damaged'
    ? {
        code: 'recovery-unsupported',
        detail: `Spindle knows no way to bring the ${medium.kind} medium into order again.`,
      }
    : {
        code: 'recovery-not-needed',
        detail:
          reasonAgainst(medium.kind, 'recover') ?? `Nothing on the ${medium.kind} medium is open or damaged.`,
      });

const decide = (recipe: Recipe, treated: Treated, use: TreatmentUse): Answer => {
  const { medium } = treated;
  switch (use.do) {
    case 'erase':
      return erasing(recipe, medium, use);
    case 'format':
      return formatting(recipe, medium, use);
    case 'close':
      return closing(recipe, treated, use);
    case 'recover':
      return recovering(recipe, treated);
  }
};

/** Blank afterwards, whatever was on it. */
const warningsOf = (medium: Medium, { expects, warnings = [] }: Treatment): PlanWarning[] => {
  const losing = expects.blank === true && !isBlank(medium);
  return [
    ...(losing
      ? [{ code: 'data-lost', detail: `The medium holds ${holding(medium)}, which will be lost.` }]
      : []),
    ...warnings,
  ];
};

/** After all steps, in a phase that comes no earlier than theirs. */
const phaseOfProof = (steps: readonly Step[]): Phase =>
  PHASES.findLast((phase) => phase === prove.phase || steps.some((step) => step.phase === phase)) ??
  prove.phase;

const courseOf = (medium: Medium, use: TreatmentUse, treatment: Treatment): Course => ({
  steps: [...treatment.steps, { ...prove, phase: phaseOfProof(treatment.steps), expects: treatment.expects }],
  expects: treatment.expects,
  warnings: warningsOf(medium, treatment),
  ms: treatment.ms,
  eject: use.options.eject,
});

const FORMATTABLE = 0x23;

/** A drive that only reads does none of it. Of media without a format, some say no more than that they can be given one. */
const able = (report: DriveReport, medium: Medium, recipe: Recipe): Refusal | undefined =>
  !medium.formatted && isCurrent({ features: [FORMATTABLE] }, report.capabilities)
    ? undefined
    : recordable({ report, medium, recipe });

const uncarried = (
  { capabilities }: DriveReport,
  recipe: Recipe,
  { steps }: Treatment,
): Refusal | undefined =>
  steps.some(({ transfer }) => transfer) ? refuseTransfers(recipe.name, recipe, capabilities) : undefined;

/** Decides how a medium is erased, formatted, closed or recovered, or why it is not. */
export const planTreatment = (report: DriveReport, use: TreatmentUse): Decision => {
  const refusal = refuseReport(report);
  if (refusal) return { refusals: [refusal] };
  const { medium } = report;
  const recipe = medium && treatmentsFor(medium, report.capabilities);
  if (!medium || !recipe) throw new TypeError('a report without refusal has a medium with a recipe');
  const locked = unprotected({ medium });
  if (locked) return { refusals: [locked] };
  const answer = decide(recipe, { medium, capabilities: report.capabilities }, use);
  if (isRefusal(answer)) return { refusals: [answer] };
  const unable = able(report, medium, recipe) ?? uncarried(report, recipe, answer);
  if (unable) return { refusals: [unable] };
  const steps = carried(answer.steps, recipe, report.capabilities);
  const common = commonOf(medium, courseOf(medium, use, { ...answer, steps }));
  return { plan: withHash({ ...use, ...common }) as Plan };
};
