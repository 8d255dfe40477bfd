import { existsSync, readFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { allowedHost, allowedOrigin } from './api/origin-guard.js';
import { SpindleError } from './errors.js';
import { COMMAND_CLASSES } from './scsi/command-class.js';
import { tuning } from './worker/tuning.js';
import { givenOnly } from './given-only.js';

const absolute = z.string().refine((text) => path.isAbsolute(text), 'must be an absolute path');

/** Names of roots go into addresses and URLs. */
const rootName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,31}$/, 'must be lower case letters, digits, `-` and `_`');

/** The configuration file, JSON. Everything has a default; unknown fields are refused so that typing errors show. */
const configFile = z.strictObject({
  /** Database, journals, images, virtual drives: all that must survive. */
  stateDirectory: absolute.optional(),
  /** Sockets; may be emptied at boot. */
  runtimeDirectory: absolute.optional(),
  /** Unix socket of the API; default `api.sock` in the runtime directory. */
  socket: absolute.optional(),
  /** TCP listener on a loopback address; absent: none. */
  tcp: z
    .strictObject({
      host: z.enum(['127.0.0.1', '::1']).default('127.0.0.1'),
      port: z.int().min(0).max(65535),
    })
    .optional(),
  http: z
    .strictObject({
      /** Host names besides the loopback ones, e.g. behind a proxy. */
      allowedHosts: z.array(allowedHost).default([]),
      /** Origins besides the daemon's own. */
      allowedOrigins: z.array(allowedOrigin).default([]),
    })
    .prefault({}),
  /** Groups, by name or number, whose members may use the Unix socket; root and the daemon's own user always may. */
  groups: z.array(z.string()).default([]),
  /** Directories that sources may lie beneath. */
  roots: z.record(rootName, absolute).optional(),
  /** Virtual drives to keep when no real drive is found. */
  virtualDrives: z.int().min(0).max(16).default(0),
  /** Limits of the workers. */
  workers: tuning.omit({ quirks: true }).prefault({}),
  /** The strongest class of commands of their own that clients may send to drives they have leased. */
  rawCommands: z.enum(['off', ...COMMAND_CLASSES]).default('off'),
  /** What drives are known for, beside what Spindle knows. */
  quirks: tuning.shape.quirks,
  logLevel: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('info'),
});

export interface Config extends Omit<
  z.infer<typeof configFile>,
  'stateDirectory' | 'runtimeDirectory' | 'socket' | 'roots'
> {
  readonly stateDirectory: string;
  readonly runtimeDirectory: string;
  readonly socket: string;
  readonly roots: Readonly<Record<string, string>>;
}

const FLAGS = {
  config: { type: 'string' },
  state: { type: 'string' },
  runtime: { type: 'string' },
  socket: { type: 'string' },
  tcp: { type: 'string' },
  root: { type: 'string', multiple: true },
  'virtual-drives': { type: 'string' },
  'log-level': { type: 'string' },
  version: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

export const USAGE = `spindled: the Spindle daemon
  --config FILE         JSON configuration (default: $SPINDLE_CONFIG, else none)
  --state DIR           state directory
  --runtime DIR         runtime directory
  --socket PATH         Unix socket of the API
  --tcp HOST:PORT       also listen on a loopback address; port 0 takes a free one
  --root NAME=DIR       a directory that sources may lie beneath; repeatable
  --virtual-drives N    virtual drives to keep when no real drive is found
  --log-level LEVEL     trace, debug, info, warn, error or fatal
  --version             the version
  --help                this list
`;

type Environment = Readonly<Record<string, string | undefined>>;

/** A variable that is empty is not set. */
const setIn = (env: Environment, name: string): string | undefined => {
  const value = env[name];
  return value === '' ? undefined : value;
};

/** XDG Base Directory Specification 0.8: what is no absolute path is to be ignored. */
const xdgDirectory = (env: Environment, name: string): string | undefined => {
  const directory = setIn(env, name);
  return directory !== undefined && path.isAbsolute(directory) ? directory : undefined;
};

const invalid = (detail: string, cause?: unknown) =>
  new SpindleError('configuration-invalid', detail, { cause });

const readJson = (file: string): unknown => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw invalid(`${file}: ${(error as Error).message}`, error);
  }
};

/** From the working directory; which an empty name would be, and nobody means. */
const directoryOf = (flag: string, name: string): string => {
  if (name === '') throw invalid(`${flag}: the path is empty`);
  return path.resolve(name);
};

/** `127.0.0.1:8470` or `[::1]:8470`. */
const parseTcp = (text: string): { host: string; port: number } => {
  const match = /^(?:\[(?<six>[^\]]+)\]|(?<four>[^:]+)):(?<port>\d{1,5})$/.exec(text)?.groups;
  if (!match) throw invalid(`--tcp ${text}: expected HOST:PORT, e.g. 127.0.0.1:8470`);
  return { host: match['six'] ?? match['four'] ?? '', port: Number(match['port']) };
};

const parseRoots = (texts: readonly string[]): Record<string, string> => {
  const roots = new Map<string, string>();
  for (const text of texts) {
    const at = text.indexOf('=');
    if (at < 1) throw invalid(`--root ${text}: expected NAME=DIRECTORY`);
    const name = text.slice(0, at);
    if (roots.has(name)) throw invalid(`--root ${text}: there is a root ${name} already`);
    roots.set(name, directoryOf(`--root ${text}`, text.slice(at + 1)));
  }
  return Object.fromEntries(roots);
};

const parseFlags = (argv: readonly string[]) => {
  try {
    return parseArgs({ args: [...argv], options: FLAGS, allowPositionals: false }).values;
  } catch (error) {
    throw invalid((error as Error).message, error);
  }
};

/** A user without an entry in the list of users, as in containers, has none, and neither has one whose HOME is empty. */
const homeDirectory = (): string => {
  try {
    return path.resolve('/', homedir());
  } catch {
    return '/';
  }
};

/** Where there is no home, nothing may be recorded but what the configuration names. */
const defaultRoots = (): Record<string, string> => {
  const home = homeDirectory();
  return home === '/' ? {} : { home };
};

/** systemd gives both directories; a person has XDG's. */
const defaultDirectories = (env: Environment, uid: number) => {
  const xdgState = xdgDirectory(env, 'XDG_STATE_HOME') ?? path.join(homeDirectory(), '.local/state');
  const xdgRuntime = xdgDirectory(env, 'XDG_RUNTIME_DIR');
  const runtime = xdgRuntime === undefined ? path.join(tmpdir(), `spindle-${uid}`) : `${xdgRuntime}/spindle`;
  return {
    stateDirectory: setIn(env, 'STATE_DIRECTORY') ?? path.join(xdgState, 'spindle'),
    runtimeDirectory: setIn(env, 'RUNTIME_DIRECTORY') ?? runtime,
  };
};

const resolved = (flag: string, value: string | undefined): string | undefined =>
  value === undefined ? undefined : directoryOf(flag, value);

const fromFlags = (flags: ReturnType<typeof parseFlags>) =>
  givenOnly({
    stateDirectory: resolved('--state', flags.state),
    runtimeDirectory: resolved('--runtime', flags.runtime),
    socket: resolved('--socket', flags.socket),
    tcp: flags.tcp === undefined ? undefined : parseTcp(flags.tcp),
    roots: flags.root === undefined ? undefined : parseRoots(flags.root),
    virtualDrives: flags['virtual-drives'] === undefined ? undefined : Number(flags['virtual-drives']),
    logLevel: flags['log-level'],
  });

const withDefaults = (
  file: z.infer<typeof configFile>,
  directories: ReturnType<typeof defaultDirectories>,
): Config => {
  const { stateDirectory, runtimeDirectory, socket, roots, ...rest } = file;
  const runtime = runtimeDirectory ?? directories.runtimeDirectory;
  return {
    ...rest,
    stateDirectory: stateDirectory ?? directories.stateDirectory,
    runtimeDirectory: runtime,
    socket: socket ?? path.join(runtime, 'api.sock'),
    roots: roots ?? defaultRoots(),
  };
};

/** What is no object has no fields, which the schema says. */
const overruled = (file: unknown, flags: ReturnType<typeof fromFlags>): unknown =>
  typeof file === 'object' && file !== null && !Array.isArray(file) ? { ...file, ...flags } : file;

/**
 * What a command line asks to be told instead of a daemon.
 * @throws SpindleError `configuration-invalid`, naming the flag.
 */
export const askedToTell = (argv: readonly string[]): 'help' | 'version' | undefined => {
  const { help, version } = parseFlags(argv);
  if (help) return 'help';
  return version ? 'version' : undefined;
};

/**
 * The configuration of one daemon: flags win over the file, the file over defaults.
 * @throws SpindleError `configuration-invalid`, naming the field.
 */
export const loadConfig = (
  argv: readonly string[],
  env: Environment = process.env,
  uid = process.getuid?.() ?? 0,
): Config => {
  const flags = parseFlags(argv);
  const file = flags.config ?? setIn(env, 'SPINDLE_CONFIG');
  const parsed = configFile.safeParse(overruled(file === undefined ? {} : readJson(file), fromFlags(flags)));
  if (!parsed.success)
    throw invalid(`${file === undefined ? '' : `${file}: `}${z.prettifyError(parsed.error)}`);
  return withDefaults(parsed.data, defaultDirectories(env, uid));
};

/** Of the installed service; systemd/spindled.socket. */
const SERVICE_SOCKET = '/run/spindle/api.sock';

/**
 * Where the daemon is when nobody tells: the caller's own, where one has been started, else the installed service.
 */
export const defaultSocket = (
  env: Environment = process.env,
  uid = process.getuid?.() ?? 0,
  exists: (file: string) => boolean = existsSync,
): string => {
  const own = path.join(defaultDirectories(env, uid).runtimeDirectory, 'api.sock');
  const service = !exists(own) && exists(SERVICE_SOCKET) ? SERVICE_SOCKET : undefined;
  return setIn(env, 'SPINDLE_SOCKET') ?? service ?? own;
};

/** The token of a client that comes by TCP; the environment keeps it out of the list of processes. */
export const defaultToken = (env: Environment = process.env): string | undefined =>
  setIn(env, 'SPINDLE_TOKEN');

/** Where the service manager wants to be told; sd_notify(3). */
export const notifySocket = (env: Environment = process.env): string | undefined =>
  setIn(env, 'NOTIFY_SOCKET');

/** The first descriptor that a service manager passes; sd_listen_fds(3). */
const FIRST_PASSED = 3;

/**
 * The descriptor of the Unix socket where the service manager listens for us, and goes on to while we are restarted;
 * sd_listen_fds(3). Children inherit the variables but are not meant.
 * @throws SpindleError `configuration-invalid` where several sockets are passed.
 */
export const passedSocket = (env: Environment = process.env, pid = process.pid): number | undefined => {
  if (Number(env['LISTEN_PID']) !== pid) return undefined;
  if (env['LISTEN_FDS'] === '1') return FIRST_PASSED;
  throw invalid(`The service manager passes ${env['LISTEN_FDS'] ?? 'no'} sockets; the daemon serves one.`);
};

/** How long the service manager waits for a sign of life; sd_watchdog_enabled(3). */
export const watchdogMs = (env: Environment = process.env, pid = process.pid): number | undefined => {
  const forUs = env['WATCHDOG_PID'] === undefined || Number(env['WATCHDOG_PID']) === pid;
  const usec = Number(env['WATCHDOG_USEC']);
  return forUs && usec > 0 ? usec / 1000 : undefined;
};
