/** Uses of drives beside recording, each for a drive that holds what it suits. */
import { calm } from './acts-drives.mjs';
import { burnOptions, chooseContent, tooMany } from './acts-jobs.mjs';
import { ERASABLE, FORMATTED, SESSIONS } from './blanks.mjs';
import { isBlank, kindOf, tablesOfMedium } from './media.mjs';
import { kindOfAttempt } from './uses.mjs';

const eject = (random) => random.chance(0.1) && { eject: true };

const erase = ({ random, drive }) => ({
  type: 'erase',
  drives: [drive.id],
  maxAttempts: random.pick([1, 2]),
  erase: { method: random.chance(0.3) ? 'full' : 'quick', ...eject(random) },
});

const format = ({ random, drive, kind }) => ({
  type: 'format',
  drives: [drive.id],
  format: {
    ...(kind === 'bd-re' && random.chance(0.5) && { spareArea: random.pick(['minimum', 'maximum']) }),
    ...eject(random),
  },
});

const close = ({ random, drive }) => ({
  type: 'close',
  drives: [drive.id],
  close: { what: random.pick(['disc', 'session']), ...eject(random) },
});

const recover = ({ random, drive }) => ({
  type: 'recover',
  drives: [drive.id],
  maxAttempts: random.pick([1, 2]),
  recover: { ...eject(random) },
});

const read = ({ random, drive }) => ({
  type: 'read',
  drives: [drive.id],
  read: {
    onUnreadable: random.pick(['stop', 'zero-fill']),
    retries: random.int(0, 3),
    ...eject(random),
  },
});

const COPIED = { kind: 'copied' };

const copy = ({ random, drive, drives }) => {
  const { onNonBlank, verify } = burnOptions(random);
  return {
    type: 'copy',
    from: { drive: drive.id },
    copies: random.pick([1, 1, 2, 3]),
    maxAttempts: random.pick([1, 2]),
    burn: { onNonBlank, verify },
    ...(random.chance(0.3) && { keepImage: true }),
    ...(random.chance(0.5) && { drives: random.some(drives(), 4).map(({ id }) => id) }),
  };
};

/** Another session, which shows what was there, too, or hides it: one medium, one copy, one attempt. */
const append = (world) => {
  const { random, drive } = world;
  const { content, wanted } = chooseContent(world);
  const hides = content.type === 'data' && random.chance(0.3);
  const burn = {
    ...burnOptions(random),
    onNonBlank: 'append',
    close: random.chance(0.3) ? 'disc' : 'session',
  };
  return {
    ...content,
    ...(hides && { import: false }),
    drives: [drive.id],
    spool: random.pick(['auto', 'always', 'never']),
    burn,
    wanted: { ...wanted, continues: content.type === 'data' && !hides },
  };
};

/** The disc of an ended job, wherever it is, or what lies in a drive with one of the images. */
const verify = (world) => {
  const { random, model, drive, ownImages } = world;
  const how = { mode: random.pick(['quick', 'full', 'full']), ...eject(random) };
  const isProven = (job) =>
    job.wanted !== undefined &&
    job.wanted.kind !== 'copied' &&
    job.request.burn?.simulate === false &&
    model.attemptsOf(job.id).some((one) => one.state === 'good' && kindOfAttempt(job, one) === 'disc');
  const job = random.pick(model.endedJobs().filter(isProven));
  if (job && random.chance(0.7)) return { type: 'verify', job: job.id, verify: how, wanted: job.wanted };
  const image = random.pick(
    [...model.images.values()].filter(({ id, state }) => state === 'ready' && ownImages.has(id)),
  );
  if (!image) return undefined;
  return {
    type: 'verify',
    image: image.id,
    drives: [drive.id],
    verify: how,
    wanted: ownImages.get(image.id),
  };
};

const always = () => true;
const hasSomething = (held) => !held.isBlank;
const isGrowing = ({ kind, isClosed }) => SESSIONS.has(kind) && !isClosed;

/** What makes sense with the medium that lies in a drive; now and then it is asked for all the same. */
const USES = [
  { name: 'erase', weight: 4, request: erase, suits: ({ kind }) => ERASABLE.has(kind) },
  { name: 'format', weight: 4, request: format, suits: ({ kind }) => FORMATTED.has(kind) },
  { name: 'verify', weight: 6, request: verify, suits: hasSomething },
  { name: 'read', weight: 6, request: read, suits: hasSomething },
  { name: 'copy', weight: 6, request: copy, suits: hasSomething },
  { name: 'close', weight: 4, request: close, suits: (held) => isGrowing(held) && hasSomething(held) },
  { name: 'recover', weight: 3, request: recover, suits: (held) => held.isInDisorder && hasSomething(held) },
  { name: 'append', weight: 10, request: append, suits: isGrowing },
];

const heldIn = (world, drive) => {
  const medium = world.mediumIn(drive);
  if (medium === undefined) return undefined;
  const { finalized, sessions, underway } = tablesOfMedium(world.places.state, medium);
  return {
    drive,
    kind: kindOf(medium),
    isBlank: isBlank(world.places.state, medium),
    isClosed: finalized,
    isInDisorder: underway !== null || sessions.some(({ leadOut }) => leadOut === null),
  };
};

const use =
  ({ request, suits }) =>
  async (world) => {
    if (tooMany(world)) return undefined;
    const held = calm(world).flatMap((drive) => heldIn(world, drive) ?? []);
    const one = world.random.pick(held.filter(world.random.chance(0.9) ? suits : always));
    if (!one) return undefined;
    const { random, model, ownImages, sources } = world;
    const asked = request({ random, model, ownImages, sources, drives: world.drives, ...one });
    if (!asked) return undefined;
    const { wanted = asked.type === 'copy' ? COPIED : undefined, ...body } = asked;
    const answer = await world.ask('POST', '/v1/jobs', { priority: random.int(0, 99), ...body });
    if (answer.status === 202) world.accept(answer.body, wanted);
    return `${answer.status} ${answer.body?.id ?? answer.body?.code}: ${body.type} ${one.kind} in drive ${one.drive.number}`;
  };

export const USE_ACTS = USES.map((row) => ({
  name: `ask to ${row.name}`,
  weight: row.weight,
  act: use(row),
}));
