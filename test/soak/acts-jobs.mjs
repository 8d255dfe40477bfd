import { isFinal } from './states.mjs';

const MOST_OPEN = 14;

export const burnOptions = (random) => {
  const onNonBlank = random.pick(['reject', 'erase', 'erase']);
  const simulate = random.chance(0.05);
  return {
    verify: random.pick(['none', 'quick', 'full', 'full']),
    onNonBlank,
    close: random.chance(0.85) ? 'disc' : 'session',
    ...(random.chance(0.1) && { eject: true }),
    ...(simulate && { simulate: true }),
    ...(random.chance(0.15) && { speed: '4x' }),
  };
};

/** What a job has beside its content. */
const commonOf = ({ random, drives }) => ({
  copies: random.pick([1, 1, 1, 2, 2, 3, 4]),
  priority: random.int(0, 90),
  maxAttempts: random.pick([1, 1, 2, 3]),
  spool: random.pick(['auto', 'always', 'never']),
  burn: burnOptions(random),
  ...(random.chance(0.1) && { hold: true }),
  ...(random.chance(0.35) && { drives: random.some(drives(), 3).map(({ id }) => id) }),
});

const treeContent = (source) => ({ type: 'data', sources: [{ at: '/', root: 'source', path: source }] });
const imageContent = (source) => ({ type: 'image', source: { root: 'source', path: source } });

/** Content, and what a disc of it must then hold. */
export const chooseContent = ({ random, sources }) => {
  const kind = random.chance(0.7) ? 'tree' : 'image';
  const source = random.pick(sources.names(kind));
  const content = kind === 'tree' ? treeContent(source) : imageContent(source);
  return { content, wanted: { kind, source, floor: sources.now(source) } };
};

export const tooMany = ({ model }) => model.openJobs().length >= MOST_OPEN;

const submit = async (world) => {
  if (tooMany(world)) return undefined;
  const { content, wanted } = chooseContent(world);
  const request = { ...content, ...commonOf(world) };
  const { status, body } = await world.ask('POST', '/v1/jobs', request);
  if (status === 202) world.accept(body, wanted);
  return `${status} ${body?.id ?? body?.code}: ${wanted.source} x ${request.copies} ${JSON.stringify(request.burn)}`;
};

/** An image of its own first, then a job that records it. */
const submitImage = async (world) => {
  if (tooMany(world)) return undefined;
  const made = world.random.chance(0.6)
    ? undefined
    : world.random.pick([...world.model.images.values()].filter(isUsable(world)));
  const { content, wanted } = chooseContent(world);
  let image = made?.id;
  if (image === undefined) {
    const { status, body } = await world.ask('POST', '/v1/images', content);
    if (status !== 202) return `${status} ${body?.code}`;
    image = body.id;
    world.ownImages.set(image, wanted);
  }
  const { spool: _, ...common } = commonOf(world);
  const { status, body } = await world.ask('POST', '/v1/jobs', { type: 'image', image, ...common });
  if (status === 202) world.accept(body, world.ownImages.get(image));
  return `${status} ${body?.id ?? body?.code}: image ${image}`;
};
const isUsable =
  ({ ownImages }) =>
  ({ id, state }) =>
    state !== 'failed' && ownImages.has(id);

/** A job that it makes sense to do something to. */
const anyOpen = ({ random, model }, fits = () => true) => random.pick(model.openJobs().filter(fits));

const action = (verb, fits) => async (world) => {
  const job = anyOpen(world, fits);
  if (!job) return undefined;
  const { status, body } = await world.ask('POST', `/v1/jobs/${job.id}/actions/${verb}`);
  return `${job.id} was ${job.state}: ${status} ${body?.code ?? ''}`;
};

const cancel = async (world) => {
  const job = anyOpen(world);
  if (!job) return undefined;
  const force = world.random.chance(0.5);
  const phases = world.model
    .attemptsOf(job.id)
    .filter(({ to }) => to === undefined)
    .map(({ phase }) => phase ?? 'assigned');
  const { status, body } = await world.ask('POST', `/v1/jobs/${job.id}/actions/cancel`, { force });
  const where = phases.length > 0 ? phases.join('+') : job.state;
  for (const phase of phases.length > 0 ? phases : [job.state])
    world.count(`canceled in ${phase}: ${status}`);
  if (status === 202) job.canceledBy ??= where;
  return `${job.id} in ${where}${force ? ', forced' : ''}: ${status} ${body?.code ?? body?.state}`;
};

/** What was recorded has been looked at: with the job goes what it should have been. */
const isJudged =
  ({ model }) =>
  ({ id }) =>
    model.attemptsOf(id).every(({ judged, state }) => state !== 'good' || judged !== 'open');

const remove = async (world) => {
  const job = world.random.pick(world.model.endedJobs().filter(isJudged(world)));
  if (!job) return undefined;
  const { status, body } = await world.ask('DELETE', `/v1/jobs/${job.id}`);
  if (status === 204) job.wasDeleted = true;
  return `${job.id}: ${status} ${body?.code ?? ''}`;
};

const removeOpen = async (world) => {
  const job = anyOpen(world);
  if (!job) return undefined;
  const { status, body } = await world.ask('DELETE', `/v1/jobs/${job.id}`);
  if (status === 204) {
    // It may have ended while it was asked.
    await world.head();
    if (!isFinal('job', job.state))
      world.fail('every accepted job is there', `${job.id} was deleted while ${job.state}`);
    job.wasDeleted = true;
  }
  return `${job.id}: ${status} ${body?.code ?? ''}`;
};

const retry = async (world) => {
  if (tooMany(world)) return undefined;
  const job = world.random.pick(
    world.model.endedJobs().filter(({ state, view }) => state !== 'completed' || view?.outcome === 'partial'),
  );
  if (!job) return undefined;
  const { status, body } = await world.ask('POST', `/v1/jobs/${job.id}/actions/retry`);
  if (status === 202) world.accept(body, job.wanted);
  return `${job.id}: ${status} ${body?.id ?? body?.code}`;
};

const prioritize = async (world) => {
  const job = anyOpen(world);
  if (!job) return undefined;
  const { headers } = await world.ask('GET', `/v1/jobs/${job.id}`);
  const priority = world.random.int(0, 99);
  const { status } = await world.ask(
    'PATCH',
    `/v1/jobs/${job.id}`,
    { priority },
    { 'if-match': headers.etag ?? '"0"' },
  );
  return `${job.id} to ${priority}: ${status}`;
};

const plan = async (world) => {
  const { content } = chooseContent(world);
  const drives = world.random.some(world.drives(), 3).map(({ id }) => id);
  const { status, body } = await world.ask('POST', '/v1/plans?wait=5', {
    ...content,
    drives,
    burn: burnOptions(world.random),
  });
  return `${status} ${body?.code ?? ''}`;
};

export const JOB_ACTS = [
  { name: 'submit a job', weight: 20, act: submit },
  { name: 'submit an image and its job', weight: 4, act: submitImage },
  { name: 'cancel', weight: 7, act: cancel },
  { name: 'hold', weight: 2, act: action('hold') },
  { name: 'release', weight: 3, act: action('release', ({ state }) => state === 'held') },
  { name: 'change the priority', weight: 2, act: prioritize },
  { name: 'delete an ended job', weight: 4, act: remove },
  { name: 'delete an open job', weight: 1, act: removeOpen },
  { name: 'retry', weight: 3, act: retry },
  { name: 'ask for a plan', weight: 1, act: plan },
];
