import { disc } from './disc.js';
import { h } from './dom.js';
import { faceOf } from './drive-face.js';
import { formatBlocks, formatCount, formatDuration, formatKind, formatSpeed } from './format.js';
import { gauge } from './gauge.js';
import { problemBox } from './problem-box.js';
import { isBlank, jobName, mediumWords, stateWords } from './words.js';

const identity = ({ identity: of }) => (of ? `${of.manufacturer} ${of.type}`.trim() : undefined);

/** All blocks of an overwritable medium can be read, recorded or not. */
const roomOn = (medium) => {
  const capacity = formatBlocks(medium.capacity);
  if (isBlank(medium)) return capacity;
  return medium.overwritable ? `rewritable, ${capacity}` : `${formatBlocks(medium.readable)} of ${capacity}`;
};

/** While it is recorded, what it was before is of no interest. */
const mediumFacts = ({ attempt, medium }) =>
  attempt
    ? [formatKind(medium.kind), formatBlocks(medium.capacity), identity(medium)]
    : [mediumWords(medium), ...stateWords(medium), roomOn(medium), identity(medium)];

const mediumLine = (drive) => {
  const { medium, identity: device } = drive;
  const text = medium
    ? mediumFacts(drive).filter(Boolean).join(' · ')
    : `${device.vendor} ${device.product}`.trim();
  return h('p', { key: 'medium', class: 'medium' }, text);
};

const pace = ({ kBps, remainingMs }) =>
  [
    kBps > 0 && h('span', { key: 'speed' }, formatSpeed(kBps)),
    remainingMs !== undefined && h('span', { key: 'left' }, `${formatDuration(remainingMs)} left`),
  ].filter(Boolean);

const amounts = ({ done, total, elapsedMs }) =>
  h(
    'p',
    { key: 'amount', class: 'amount' },
    total > 0 &&
      h('span', { key: 'done' }, h('strong', {}, formatBlocks(done)), ` of ${formatBlocks(total)}`),
    h('span', { key: 'elapsed', class: 'elapsed' }, `${formatDuration(elapsedMs)} elapsed`),
  );

const blocks = ({ done, total }) =>
  total > 0 &&
  h('p', { key: 'blocks', class: 'small-print' }, `${formatCount(done)} / ${formatCount(total)} blocks`);

/** Below this the drive's buffer runs dry soon. The FIFO empties towards the end as it should. */
const LOW_BUFFER = 0.25;

const gauges = ({ fifoFill, driveBufferFill }) =>
  h(
    'div',
    { key: 'gauges', class: 'gauges' },
    gauge('FIFO', fifoFill),
    gauge('Drive buffer', driveBufferFill, LOW_BUFFER),
  );

const progressPart = (progress) =>
  progress && [
    amounts(progress),
    h('p', { key: 'pace', class: 'pace' }, pace(progress)),
    blocks(progress),
    progress.phase === 'write' && gauges(progress),
    progress.underruns > 0 &&
      h('p', { key: 'underruns', class: 'underruns' }, `⚠ The buffer ran dry ${progress.underruns} ×`),
    h('p', { key: 'file', class: 'file', title: progress.file }, progress.file),
  ];

const progressBar = ({ progress, name }, { percent, word }) =>
  progress &&
  h(
    'div',
    {
      key: 'percent',
      class: 'percent',
      role: 'progressbar',
      'aria-label': `${name}: ${word}`,
      'aria-valuemin': 0,
      'aria-valuemax': 100,
      // Without a value it is busy with no known end.
      'aria-valuenow': percent,
    },
    percent === undefined ? '' : [String(percent), h('small', {}, '%')],
  );

const jobLine = (drive, result, { jobs, images }) => {
  const at = drive.attempt ?? result;
  const job = at && jobs.get(at.job);
  if (!job) return undefined;
  const name = jobName(job, images);
  return h(
    'p',
    { key: 'job', class: 'of-job' },
    h('a', { href: `#/jobs/${job.id}`, title: name }, name),
    h('span', {}, `copy ${at.copy} of ${job.copiesWanted}`),
  );
};

const holderLine = ({ holding, holder, lease }) => {
  if (holding !== 'foreign-busy' && holding !== 'leased') return undefined;
  const who = holder ?? lease?.name;
  return who && h('p', { key: 'holder', class: 'holder' }, `Held by ${who}`);
};

/** Whoever has a lease, or uses the drive elsewhere, keeps its tray from everybody. One that answers nothing may still give its disc out. */
const canEject = ({ holding, contents, attempt }) =>
  !attempt && (holding === 'free' || holding === 'faulted') && contents !== 'open';

const canLoad = ({ holding, contents, capabilities }) =>
  holding === 'free' && contents === 'open' && capabilities?.canLoad;

const trayButton = (drive, actions, may) => {
  if (!may('drives:control')) return undefined;
  const [word, act] = canEject(drive)
    ? ['Eject', actions.eject]
    : canLoad(drive)
      ? ['Close tray', actions.load]
      : [];
  return (
    word &&
    h(
      'button',
      { key: 'tray', type: 'button', 'aria-label': `${word}: ${drive.name}`, onclick: () => act(drive) },
      word,
    )
  );
};

const switches = ({ accepting, virtual }) =>
  h(
    'span',
    { key: 'switches', class: 'switches' },
    !accepting && h('span', { class: 'chip', 'data-tone': 'warn' }, 'No new work'),
    virtual && h('span', { class: 'chip quiet' }, 'Virtual'),
  );

/** One drive: who holds it, what is in it, and how far it is. */
export const driveTile = (drive, { state, problems, actions, may }) => {
  const result = state.results.get(drive.id);
  const face = faceOf(drive, result);
  const title = `drive-${drive.id}`;
  const problem = drive.problem ?? (face.mark === 'good' ? undefined : result?.problem);
  return h(
    'article',
    {
      key: drive.id,
      class: 'tile',
      'data-tone': face.tone,
      'data-drive': drive.name,
      'aria-labelledby': title,
    },
    h(
      'header',
      { key: 'head' },
      h('h3', { id: title }, drive.name),
      switches({ ...drive, virtual: drive.transport !== 'sg' }),
    ),
    h('div', { key: 'disc', class: 'disc-box' }, disc(face)),
    h(
      'div',
      { key: 'body', class: 'tile-body' },
      h('div', { key: 'word', class: 'word' }, h('p', { key: 'text' }, face.word), progressBar(drive, face)),
      jobLine(drive, result, state),
      holderLine(drive),
      drive.attempt && progressPart(drive.progress),
      problem && problemBox(problem, problems, 'brief'),
    ),
    h('footer', { key: 'foot' }, mediumLine(drive), trayButton(drive, actions, may)),
  );
};
