// container.mjs: does what Dockerfile says, in Debian roots made with mmdebstrap instead of images, then runs what it makes as its user:
// a disc is recorded, the daemon dies and is started again, and the container stops after the disc. Needs root and mmdebstrap; 77 where
// they are missing. The registry of npm is that of this machine.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { request } from 'node:http';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

const SOURCE = fileURLToPath(new URL('../..', import.meta.url));
/** Of Dockerfile. */
const USER = 970;
const MIRROR = process.env.MIRROR ?? 'http://deb.debian.org/debian';

const missing = ['mmdebstrap', 'unshare', 'git'].find((tool) => spawnSync('which', [tool]).status !== 0);
if (missing !== undefined || process.getuid() !== 0) {
  console.log(`skipped: ${missing === undefined ? 'not root' : `${missing} is missing`}`);
  process.exit(77);
}

const run = (program, args, options = {}) => execFileSync(program, args, { stdio: 'inherit', ...options });

/** Lines of a Dockerfile: what is continued is one, comments are none. */
const instructions = (text) =>
  text
    .replace(/^\s*#.*\n/gm, '')
    .replace(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, word, rest] = /^(\S+)\s+(.*)$/.exec(line.trim());
      return { word, rest };
    });

/** Enough memory for roots in it? What installing costs is mostly waiting for disks. */
const { bavail, bsize } = statfsSync('/dev/shm');
const work = mkdtempSync(join(bavail * bsize > 6e9 ? '/dev/shm' : tmpdir(), 'spindle-container-'));

/** An image of a registry, as near as we get: a minimal Debian. */
const pulled = new Map();
const pull = (image) => {
  const [, suite] = /^debian:(\w+)-slim$/.exec(image) ?? [];
  if (suite === undefined) throw new Error(`FROM ${image}: only debian:SUITE-slim`);
  if (!pulled.has(suite)) {
    const root = join(work, suite);
    run('mmdebstrap', ['--quiet', '--variant=minbase', '--dpkgopt=force-unsafe-io', suite, root, MIRROR]);
    pulled.set(suite, root);
  }
  return pulled.get(suite);
};

/** The environment inside: what the stage sets, and how this machine reaches its registries. */
const PASSED = /^(npm_config_.*|https?_proxy|no_proxy|NODE_EXTRA_CA_CERTS)$/i;
const passed = Object.fromEntries(Object.entries(process.env).filter(([name]) => PASSED.test(name)));
// The bundle of this machine lies elsewhere in a root, for Node as for npm.
if (passed.NODE_EXTRA_CA_CERTS !== undefined)
  passed.NODE_EXTRA_CA_CERTS = passed.npm_config_cafile = '/root/trusted.crt';
const environmentOf = (stage) => ({
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/root',
  DEBIAN_FRONTEND: 'noninteractive',
  ...passed,
  ...stage.env,
});

/** In the root, in namespaces of its own: what it starts ends with it. */
const inside = (stage, words) => [
  'unshare',
  ...['--mount', '--pid', '--fork', '--kill-child', `--root=${stage.root}`, '--mount-proc'],
  ...words,
];

const words = (text) => text.split(/\s+/);
const STEPS = {
  RUN: (stage, rest) => {
    const [program, ...args] = inside(stage, ['sh', '-ec', `cd '${stage.directory}'; ${rest}`]);
    run(program, args, { env: environmentOf(stage) });
  },
  COPY: (stage, rest, stages) => {
    const [, from, source, target] = /^(?:--from=(\S+)\s+)?(\S+)\s+(\S+)$/.exec(rest);
    const to = target.startsWith('/') ? target : join(stage.directory, target);
    if (from === undefined) stage.copyContext(join(stage.root, to));
    else cpSync(join(stages.get(from).root, source), join(stage.root, to), { recursive: true });
  },
  WORKDIR: (stage, rest) => {
    stage.directory = rest;
    mkdirSync(join(stage.root, rest), { recursive: true });
  },
  ENV: (stage, rest) => {
    for (const pair of words(rest))
      stage.env[pair.slice(0, pair.indexOf('='))] = pair.slice(pair.indexOf('=') + 1);
  },
  USER: (stage, rest) => (stage.user = rest),
  ENTRYPOINT: (stage, rest) => (stage.entrypoint = JSON.parse(rest)),
  CMD: (stage, rest) => (stage.command = JSON.parse(rest)),
  STOPSIGNAL: (stage, rest) => (stage.stopSignal = rest),
  VOLUME: () => undefined,
};

/** The files that are part of the project, as a clone has them, and those that are about to be. */
const copyContext = (target) => {
  const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], {
    cwd: SOURCE,
    encoding: 'utf8',
  });
  for (const file of files.trim().split('\n')) cpSync(join(SOURCE, file), join(target, file));
};

const build = (text) => {
  const stages = new Map();
  let stage;
  for (const { word, rest } of instructions(text)) {
    console.log(`--- ${word} ${rest}`);
    if (word === 'FROM') {
      const [image, , name = `${stages.size}`] = words(rest);
      const root = join(work, `stage-${name}`);
      run('cp', ['-a', pull(image), root]);
      cpSync('/etc/resolv.conf', join(root, 'etc/resolv.conf'));
      // Whom this machine trusts besides; the bundle of ca-certificates is made anew inside.
      const trusted = process.env.NODE_EXTRA_CA_CERTS;
      if (trusted !== undefined)
        cpSync(trusted, join(root, passed.NODE_EXTRA_CA_CERTS), { dereference: true });
      const npmrc = join(homedir(), '.npmrc');
      spawnSync('cp', [npmrc, join(root, 'root/.npmrc')]);
      stage = { root, directory: '/', env: {}, copyContext };
      stages.set(name, stage);
      continue;
    }
    const step = STEPS[word];
    if (!step) throw new Error(`${word} is not known here`);
    step(stage, rest, stages);
  }
  return stage;
};

let failed = 0;
let count = 0;
const check = (name, isSo, more = '') => {
  count += 1;
  if (!isSo) failed += 1;
  console.log(`${isSo ? 'ok  ' : 'FAIL'} ${name}${isSo ? '' : ` ${more}`}`);
};

const children = [];

/** `docker run`, as far as it matters here: the user, the entry point, namespaces of its own. */
const start = (image) => {
  const ids = ['--reuid', image.user, '--regid', image.user, '--init-groups'];
  const [program, ...args] = inside(image, [
    'setpriv',
    ...ids,
    ...image.entrypoint,
    ...image.command,
    '--virtual-drives',
    '2',
  ]);
  const child = spawn(program, args, {
    env: { ...environmentOf(image), HOME: '/' },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  children.push(child);
  return child;
};

/** `docker exec`, as any user who may use the socket. */
const spindle = (image, ...args) => {
  const { status, stdout, stderr } = spawnSync(
    'chroot',
    [`--userspec=${image.user}`, image.root, 'spindle', ...args],
    { env: { ...environmentOf(image), HOME: '/' }, encoding: 'utf8' },
  );
  return { status, stdout, stderr };
};

const until = async (what, isSo) => {
  for (const deadline = Date.now() + 120_000; Date.now() < deadline; await sleep(100))
    if (await isSo()) return;
  throw new Error(`waited in vain until ${what}`);
};

/** Processes of the image's user by their words: its number is nobody's on this machine. */
const pidsOf = (isMeant) =>
  readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => {
      try {
        return (
          statSync(`/proc/${pid}`).uid === USER &&
          isMeant(readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0'))
        );
      } catch {
        return false; // it ended while we looked
      }
    });
const childrenOf = (parent) =>
  readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((pid) => {
      try {
        return new RegExp(`^PPid:\\s+${parent}$`, 'm').test(readFileSync(`/proc/${pid}/status`, 'utf8'));
      } catch {
        return false; // it ended while we looked
      }
    })
    .map(Number);
const inits = () => pidsOf(([program]) => program.endsWith('/init'));
const daemons = () =>
  pidsOf(([, program]) => program === '/usr/bin/spindled').filter((pid) => !inits().includes(pid));
const workersOf = (drive) => pidsOf((words) => words.some((word) => word.includes(`"drive":"${drive}"`)));

/** Over the socket, as root of the host. */
const ask = (image, method, path, body) =>
  new Promise((resolve, reject) => {
    const options = { socketPath: join(image.root, 'run/spindle/api.sock'), method, path };
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    const sent = request({ ...options, headers }, (response) => {
      text(response).then((body) => resolve(body === '' ? undefined : JSON.parse(body)), reject);
    });
    sent.on('error', reject);
    sent.end(body && JSON.stringify(body));
  });

/** A disc whose every write takes a second. Its job. */
const slowBurn = async (image, name) => {
  const { items } = await ask(image, 'GET', '/v1/drives');
  const { id } = items.find((drive) => drive.name === name);
  const faults = [{ when: { opcode: 0x2a }, do: { action: 'stall', ms: 1000 }, times: 20 }];
  await ask(image, 'PUT', `/v1/virtual-drives/${id}/faults`, { faults });
  const job = spindle(image, 'burn', '/srv/data', '--drive', name, '--detach').stdout.trim();
  await until('it is written', async () => (await ask(image, 'GET', `/v1/jobs/${job}`)).phase === 'write');
  return { id, job };
};

const tryOut = async (image) => {
  mkdirSync(join(image.root, 'srv/data'), { recursive: true });
  writeFileSync(join(image.root, 'srv/data/random'), randomBytes(3_000_000));
  const container = start(image);
  const ended = once(container, 'exit');
  const serves = () => spindle(image, 'drives').status === 0;
  await until('it serves', serves);
  const [init] = inits();
  const [daemon] = daemons();
  check(
    'it runs as its own user',
    [init, daemon].every((pid) => pid !== undefined),
  );
  const doctor = spindle(image, 'doctor');
  check('spindle doctor finds nothing amiss', doctor.status === 0, doctor.stdout + doctor.stderr);
  const burned = spindle(image, 'burn', '/srv/data', '--drive', 'virtual-1');
  check('a folder becomes a disc', burned.status === 0, burned.stderr);

  const { id, job } = await slowBurn(image, 'virtual-2');
  const workers = () => workersOf(id);
  const [worker] = workers();
  process.kill(daemon, 'SIGKILL');
  await until('another daemon serves', () => daemons().some((pid) => pid !== daemon) && serves());
  check(
    'a daemon that dies is started again, and its worker goes on',
    worker !== undefined && workers()[0] === worker,
  );
  process.kill(init, 'SIGTERM');
  await until('the daemon has let go', () => daemons().length === 0);
  check(
    'a container that is stopped waits for the disc',
    workers()[0] === worker && container.exitCode === null,
  );
  const [code] = await ended;
  check('and ends with the last worker, well', code === 0, `code ${code}`);

  const next = start(image);
  await until('it serves again', serves);
  const [copy] = (await ask(image, 'GET', `/v1/jobs/${job}/copies`)).items;
  check(
    'the disc is good at its first attempt',
    copy.state === 'good' && copy.tries.length === 1,
    JSON.stringify(copy),
  );
  const began = Date.now();
  process.kill(inits()[0], 'SIGTERM');
  await once(next, 'exit');
  check('an idle one ends within ten seconds', Date.now() - began < 10_000, `${Date.now() - began} ms`);
};

try {
  const image = build(readFileSync(join(SOURCE, 'Dockerfile'), 'utf8'));
  await tryOut(image);
} catch (error) {
  check('the steps of Dockerfile are taken and tried', false, String(error.stack));
} finally {
  // The first process of the namespace takes all others with it; it changed its user, and so does not die with unshare.
  for (const child of children) {
    for (const pid of childrenOf(child.pid)) process.kill(pid, 'SIGKILL');
    child.kill('SIGKILL');
  }
  rmSync(work, { recursive: true, force: true });
}
console.log(`${count - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
