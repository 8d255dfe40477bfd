import { h } from './dom.js';
import { endedJobs, isEnded } from './ended-jobs.js';
import { formatDuration, formatNumberOf, formatTime } from './format.js';
import { copyWords, imageProgressWords, jobName, jobWords, reasonText } from './words.js';

const ORDER = ['running', 'canceling', 'waiting', 'queued', 'held'];
const MOST_ENDED = 30;

/** What runs first, then in the order in which the daemon takes them; ids sort by time. */
export const openJobs = (jobs) =>
  [...jobs.values()]
    .filter((job) => !isEnded(job))
    .sort(
      (a, b) =>
        ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || b.priority - a.priority || (a.id < b.id ? -1 : 1),
    );

const COPY_ORDER = ['good', 'bad', 'active', 'pending', 'skipped', 'canceled'];

/** `2 good · 1 active · 1 pending` */
export const copiesText = ({ copies }) =>
  COPY_ORDER.filter((state) => copies[state] > 0)
    .map((state) => `${copies[state]} ${copyWords(state).word.toLowerCase()}`)
    .join(' · ');

/** One part per state, as wide as it has copies. */
const copiesBar = (job) =>
  h(
    'div',
    { key: 'bar', class: 'copies', 'aria-hidden': 'true' },
    COPY_ORDER.filter((state) => job.copies[state] > 0).map((state) =>
      h('span', {
        key: state,
        class: 'copies-part',
        'data-tone': copyWords(state).tone,
        'data-state': state,
        style: { '--share': String(job.copies[state]), '--copies': String(job.copies[state]) },
      }),
    ),
  );

/** Until the drives that are at it have finished; further copies may follow. */
const timeLeft = (job, drives) => {
  const left = [...drives.values()]
    .filter(({ attempt, progress }) => attempt?.job === job.id && progress?.remainingMs !== undefined)
    .map(({ progress }) => progress.remainingMs);
  return left.length > 0 ? `${formatDuration(Math.max(...left))} left` : undefined;
};

const REASONS_SHOWN = 3;

const reasons = (job, { state, problems }) =>
  job.reasons.length > 0 &&
  h(
    'ul',
    { key: 'reasons', class: 'reasons' },
    job.reasons
      .slice(0, REASONS_SHOWN)
      .map((reason, index) => h('li', { key: index }, reasonText(reason, state.drives, problems))),
    job.reasons.length > REASONS_SHOWN &&
      h('li', { key: 'more' }, `and ${formatNumberOf(job.reasons.length - REASONS_SHOWN, 'more reason')}`),
  );

/** How far the image is for which a job waits, and what it is at. */
const imageLine = (job, { state: { images } }) => {
  const { progress } = images.get(job.image) ?? {};
  return (
    progress &&
    !isEnded(job) &&
    h(
      'p',
      { key: 'image', class: 'job-facts', title: progress.path },
      h('span', {}, imageProgressWords(progress)),
    )
  );
};

const whenText = (job, { drives }) =>
  isEnded(job)
    ? formatTime(job.endedAt ?? job.updatedAt)
    : [timeLeft(job, drives), `priority ${job.priority}`].filter(Boolean).join(' · ');

/** What nobody will change a disc for is canceled where it is seen; everything else is done in the job's dialog. */
const cancelButton = (job, { actions, may }) =>
  job.state === 'waiting' &&
  may('jobs:write') &&
  h(
    'button',
    { key: 'cancel', type: 'button', class: 'small job-cancel', onclick: () => actions.cancel(job) },
    'Cancel',
  );

const jobCard = (job, model) => {
  const { images } = model.state;
  const { word, tone } = jobWords(job, images);
  return h(
    'li',
    { key: job.id, class: 'job', 'data-tone': tone },
    h(
      'div',
      { key: 'head', class: 'job-head' },
      h('a', { class: 'job-name', href: `#/jobs/${job.id}` }, jobName(job, images)),
      h('span', { class: 'chip', 'data-tone': tone }, word),
    ),
    copiesBar(job),
    h(
      'p',
      { key: 'facts', class: 'job-facts' },
      h('span', {}, `${formatNumberOf(job.copiesWanted, 'disc')}: ${copiesText(job)}`),
      h('span', {}, whenText(job, model.state)),
    ),
    imageLine(job, model),
    !isEnded(job) && reasons(job, model),
    cancelButton(job, model),
    job.problem &&
      h(
        'p',
        { key: 'problem', class: 'job-problem' },
        model.problems[job.problem.code]?.title ?? job.problem.detail,
      ),
  );
};

const list = (name, jobs, model) =>
  h(
    'ol',
    { key: name, class: 'jobs' },
    jobs.map((job) => jobCard(job, model)),
  );

const section = (name, heading, ...content) =>
  h(
    'section',
    { key: name, class: `panel ${name}`, 'aria-labelledby': `${name}-heading` },
    h('h2', { key: 'heading', id: `${name}-heading` }, heading),
    content,
  );

/** All that is not over, then what was. */
export const queue = (model) => {
  const open = openJobs(model.state.jobs);
  const ended = endedJobs(model.state.jobs);
  return h(
    'div',
    { key: 'queue', class: 'queue' },
    section(
      'open-jobs',
      'Queue',
      open.length > 0
        ? list('open', open, model)
        : h(
            'p',
            { key: 'none', class: 'nothing' },
            'Nothing to do. Jobs come by ',
            h('code', {}, 'spindle burn'),
            ' or the API.',
          ),
    ),
    ended.length > 0 && section('ended-jobs', 'Ended', list('ended', ended.slice(0, MOST_ENDED), model)),
  );
};
