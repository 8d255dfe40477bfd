import { h } from './dom.js';
import { isEnded } from './ended-jobs.js';
import { formatBytes, formatCount, formatDuration, formatKind, formatTime } from './format.js';
import { showModal } from './modal.js';
import { problemBox } from './problem-box.js';
import { copiesText } from './queue.js';
import { attemptWords, copyWords, jobName, jobWords, PHASE_WORDS, reasonText } from './words.js';

const chip = ({ word, tone }) => h('span', { class: 'chip', 'data-tone': tone }, word);

const fact = (name, value) =>
  value === undefined || value === ''
    ? undefined
    : h('div', { key: name, class: 'fact' }, h('dt', {}, name), h('dd', {}, value));

const VERIFY_WORDS = { none: 'not at all', quick: 'samples', full: 'everything' };
const MOST_SOURCES = 5;

const sourcesOf = ({ sources, source, image }) => {
  if (image) return `image ${image}`;
  if (source) return `${source.root}: ${source.path}`;
  const shown = (sources ?? [])
    .slice(0, MOST_SOURCES)
    .map(({ at, root, path }) => `${at} ← ${root}:/${path}`);
  const more = (sources ?? []).length - shown.length;
  return [...shown, ...(more > 0 ? [`and ${formatCount(more)} more`] : [])].map((line, index) =>
    h('span', { key: index, class: 'line' }, line),
  );
};

const OPTION_WORDS = {
  onUnreadable: 'Unreadable blocks',
  formatType: 'Format type',
  spareArea: 'Spare area',
};

const optionName = (key) => OPTION_WORDS[key] ?? `${key[0].toUpperCase()}${key.slice(1)}`;

/** What a job that records nothing does, option by option. */
const useFacts = (options) =>
  Object.entries(options ?? {})
    .filter(([, value]) => value !== false && typeof value !== 'object')
    .map(([key, value]) => fact(optionName(key), value === true ? 'yes' : String(value)));

const requestFacts = ({ request }) =>
  request &&
  (request.burn
    ? burnFacts(request)
    : [
        fact('Compared with', request.job && h('a', { href: `#/jobs/${request.job}` }, request.job)),
        (request.image || request.source) && fact('Sources', sourcesOf(request)),
        useFacts(request[request.type]),
      ]);

const burnFacts = (request) => [
  request.from && fact('Source drive', request.from.drive),
  !request.from && fact('Sources', sourcesOf(request)),
  fact('Volume', request.volume?.identifier),
  fact('Speed', typeof request.burn.speed === 'number' ? `${request.burn.speed} kB/s` : request.burn.speed),
  fact('Verified', VERIFY_WORDS[request.burn.verify]),
  fact('Disc in use', { reject: 'refuse', erase: 'erase', append: 'append' }[request.burn.onNonBlank]),
  fact('Closed', request.burn.close),
  request.burn.simulate && fact('Simulation', 'nothing is recorded'),
];

const facts = (job, image) =>
  h(
    'dl',
    { key: 'facts', class: 'facts' },
    fact('Copies', `${job.copiesWanted}: ${copiesText(job)}`),
    fact('Image', image?.state === 'ready' ? formatBytes(image.bytes) : image?.state),
    fact('Priority', job.priority),
    fact('Created', `${formatTime(job.createdAt)} by ${job.principal}`),
    fact('Ended', job.endedAt && formatTime(job.endedAt)),
    requestFacts(job),
    job.retryOf && fact('Retry of', h('a', { href: `#/jobs/${job.retryOf}` }, job.retryOf)),
    fact('Id', h('code', {}, job.id)),
  );

const lastedMs = ({ startedAt, endedAt }) => Date.parse(endedAt) - Date.parse(startedAt);

const proofText = ({ proof }) =>
  proof &&
  [
    proof.verified && `${formatCount(proof.verified.blocks)} blocks verified`,
    proof.blocksRead !== undefined && `${formatCount(proof.blocksRead)} blocks read`,
    proof.unreadableBlocks > 0 && `${formatCount(proof.unreadableBlocks)} of them unreadable`,
    proof.blank && 'found blank',
    proof.formatted && `formatted, ${formatCount(proof.capacity)} blocks`,
    proof.writeMs !== undefined &&
      `${formatCount(proof.blocksWritten)} written in ${formatDuration(proof.writeMs)}`,
    proof.underruns !== undefined && `${proof.underruns} buffer underruns`,
    ...(proof.notices ?? []).map(({ detail }) => detail),
  ]
    .filter(Boolean)
    .join(' · ');

const isSame = (a, b) => JSON.stringify(a) === JSON.stringify(b);

const attemptItem = (attempt, { state, problems, actions }) =>
  h(
    'li',
    { key: attempt.number, class: 'attempt', 'data-tone': attemptWords(attempt).tone },
    h(
      'div',
      { key: 'head', class: 'attempt-head' },
      chip(attemptWords(attempt)),
      h('strong', {}, state.drives.get(attempt.drive)?.name ?? attempt.drive),
      h(
        'span',
        {},
        [
          attempt.medium && formatKind(attempt.medium.kind),
          PHASE_WORDS[attempt.phase] && attempt.state !== 'good' && PHASE_WORDS[attempt.phase],
          formatTime(attempt.startedAt),
          attempt.endedAt && `took ${formatDuration(lastedMs(attempt))}`,
        ]
          .filter(Boolean)
          .join(' · '),
      ),
      attempt.endedAt &&
        h(
          'button',
          { type: 'button', class: 'small', onclick: () => actions.saveTranscript(attempt) },
          'Transcript',
        ),
    ),
    attempt.proof && h('p', { key: 'proof', class: 'proof' }, proofText(attempt)),
    // What the job failed of stands above already.
    attempt.problem &&
      !isSame(attempt.problem, state.jobs.get(attempt.job)?.problem) &&
      problemBox(attempt.problem, problems),
  );

const copyItem = (copy, model) =>
  h(
    'li',
    { key: copy.number, class: 'copy' },
    h(
      'div',
      { key: 'head', class: 'copy-head' },
      h('h4', {}, `Copy ${copy.number}`),
      chip(copyWords(copy.state)),
      copy.tries.length === 0 && h('span', { class: 'nothing' }, 'No attempt yet'),
    ),
    copy.tries.length > 0 &&
      h(
        'ol',
        { key: 'tries', class: 'attempts' },
        copy.tries.map((attempt) => attemptItem(attempt, model)),
      ),
  );

const copiesPart = (copies, model) => [
  h('h3', { key: 'copies-title' }, 'Copies'),
  copies
    ? h(
        'ol',
        { key: 'copies', class: 'copy-list' },
        copies.map((copy) => copyItem(copy, model)),
      )
    : h('p', { key: 'copies-wait', class: 'nothing' }, 'Reading…'),
];

const CANCELABLE = new Set(['held', 'queued', 'waiting', 'running']);

const isRetryable = (job) => isEnded(job) && (job.copies.good ?? 0) < job.copiesWanted;

const button = (word, act, kind) =>
  h('button', { key: word, type: 'button', class: kind, onclick: act }, word);

const buttons = (job, { actions, may }) =>
  h(
    'div',
    { key: 'buttons', class: 'buttons' },
    may('jobs:write') && [
      CANCELABLE.has(job.state) && button('Cancel job', () => actions.cancel(job), 'danger'),
      (job.state === 'queued' || job.state === 'waiting') && button('Hold', () => actions.hold(job)),
      job.state === 'held' && button('Release', () => actions.release(job), 'primary'),
      isRetryable(job) && button('Retry', () => actions.retry(job), 'primary'),
    ],
    button('Save report', () => actions.saveReport(job)),
    button('Close', actions.closeJob),
  );

const content = (job, detail, model) => {
  const { state, problems } = model;
  return [
    h(
      'header',
      { key: 'head' },
      h('h2', { id: 'job-title' }, jobName(job, state.images)),
      chip(jobWords(job, state.images)),
    ),
    job.problem && problemBox(job.problem, problems),
    job.reasons.length > 0 &&
      !isEnded(job) &&
      h(
        'ul',
        { key: 'reasons', class: 'reasons' },
        job.reasons.map((reason, index) =>
          h('li', { key: index }, reasonText(reason, state.drives, problems)),
        ),
      ),
    facts({ ...job, request: detail?.request }, state.images.get(job.image)),
    copiesPart(detail?.copies, model),
  ];
};

const missing = (problem, problems) => [
  h('header', { key: 'head' }, h('h2', { id: 'job-title' }, 'Job')),
  problem ? problemBox(problem, problems) : h('p', { key: 'wait', class: 'nothing' }, 'Reading…'),
];

/**
 * A job with its copies and their attempts. `detail` is what the events do not carry: {id, job, request, copies,
 * problem}; it may still be on its way.
 * `said` is a notice that goes on top.
 */
export const jobDialog = (id, { detail, said }, model) => {
  const own = detail?.id === id ? detail : undefined;
  const job = model.state.jobs.get(id) ?? own?.job;
  return h(
    'dialog',
    {
      key: 'job',
      class: 'job-dialog',
      'aria-labelledby': 'job-title',
      mounted: showModal,
      oncancel: (event) => {
        event.preventDefault();
        model.actions.closeJob();
      },
      // A click on the backdrop is one on the dialog itself.
      onclick: (event) => event.target === event.currentTarget && model.actions.closeJob(),
    },
    h(
      'div',
      { key: 'content', class: 'dialog-content', tabindex: 0 },
      job ? content(job, own, model) : missing(own?.problem, model.problems),
    ),
    job
      ? buttons(job, model)
      : h('div', { key: 'buttons', class: 'buttons' }, button('Close', model.actions.closeJob)),
    said,
  );
};
