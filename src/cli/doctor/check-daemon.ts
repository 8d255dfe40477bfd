import { isSpindleError, type SpindleError } from '../../errors.js';
import { type Client, connectClient, listAll } from '../client.js';
import type { DaemonAddress } from '../connection-failure.js';
import { type DriveView, driveView, rootView, serverView } from '../views.js';
import type { Finding } from './finding.js';
import { mountedDevices } from './mounted-devices.js';

const failed = (what: string, error: unknown): Finding[] => {
  if (!isSpindleError(error)) throw error;
  return [{ what, ok: false, detail: error.message, code: error.code }];
};

const WHERE: Readonly<Record<string, string>> = {
  '/stateDirectory': 'state directory',
  '/space': 'space',
  '/database': 'database',
  '/program': 'program',
};

const unready = ({ errors, code }: SpindleError): Finding[] =>
  errors.map(({ pointer, message }) => ({
    what: WHERE[pointer] ?? pointer,
    ok: false,
    detail: message,
    code,
  }));

const checkReadiness = async (client: Client): Promise<Finding[]> => {
  try {
    await client.call('GET', '/readyz');
    return [{ what: 'state directory', ok: true, detail: 'it can be written and has room' }];
  } catch (error) {
    if (isSpindleError(error) && error.errors.length > 0) return unready(error);
    return failed('state directory', error);
  }
};

const checkRoots = async (client: Client): Promise<Finding[]> => {
  const roots = await listAll(client, '/v1/roots', rootView);
  if (roots.length === 0)
    return [
      { what: 'roots', ok: false, detail: 'there is none; what is recorded must be sent or lie beneath one' },
    ];
  return roots.map(({ name, path, readable }) => ({
    what: `root ${name}`,
    ok: readable,
    detail: `${path ?? 'its directory'}${readable ? '' : ' is not there or does not answer; nothing beneath it can be recorded'}`,
  }));
};

/** What a drive is told by that is connected nowhere: no failure, since it may be meant so. */
const UNPLUGGED = new Set(['drive-absent', 'drive-unknown', 'drive-lost']);

interface Judged {
  readonly detail: string;
  readonly warns?: true;
  readonly code?: Finding['code'];
}

const isAbsent = ({ holding, problem }: DriveView): boolean =>
  holding === 'absent' && (problem === undefined || UNPLUGGED.has(problem.code));

/** One that is made of software has no plug; just after the start of the daemon it may not be there yet. */
const absent = ({ transport, problem }: DriveView): Judged => {
  if (transport === 'sg') return { detail: 'not connected' };
  if (problem) return { detail: problem.detail, code: problem.code };
  return { detail: 'not switched on; if that lasts, the log of the daemon says why', warns: true };
};

type Rule = (drive: DriveView, mounted: ReadonlySet<string>) => Judged | undefined;

/** The first that applies decides. */
const RULES: readonly Rule[] = [
  ({ enabled }) => (enabled ? undefined : { detail: 'switched off for work', warns: true }),
  (drive) => (isAbsent(drive) ? absent(drive) : undefined),
  ({ problem }) => problem && { detail: problem.detail, code: problem.code },
  ({ holding }) =>
    holding === 'faulted' ? { detail: 'it does not answer as it should', code: 'drive-faulted' } : undefined,
  ({ accepting }) => (accepting ? undefined : { detail: 'takes no new copies', warns: true }),
  ({ location }, mounted) =>
    location?.device !== undefined && mounted.has(location.device)
      ? { detail: 'its disc is mounted: unmount it to record', warns: true }
      : undefined,
  ({ holding, holder }) =>
    holding === 'foreign-busy'
      ? { detail: `another program holds it: ${holder ?? ''}`, warns: true }
      : undefined,
];

const judge = (drive: DriveView, mounted: ReadonlySet<string>): Judged => {
  for (const rule of RULES) {
    const judged = rule(drive, mounted);
    if (judged) return judged;
  }
  const { vendor = '', product = '' } = drive.identity ?? {};
  return { detail: `${vendor} ${product}`.trim() };
};

const checkDrives = async (client: Client): Promise<Finding[]> => {
  const drives = await listAll(client, '/v1/drives', driveView);
  if (drives.length === 0)
    return [{ what: 'drives', ok: false, detail: 'the daemon has none: connect one, or make a virtual one' }];
  const mounted = mountedDevices();
  return drives.map((drive) => {
    const { detail, warns, code } = judge(drive, mounted);
    return { what: `drive ${drive.name}`, ok: !warns && code === undefined, detail, ...(code && { code }) };
  });
};

const CHECKS = [checkReadiness, checkRoots, checkDrives];

const checkServer = async (client: Client): Promise<Finding[]> => {
  const { version, build, draining } = serverView.parse(await client.call('GET', '/v1/server'));
  return [
    { what: 'daemon', ok: true, detail: `version ${version}, build ${build}` },
    ...(draining
      ? [{ what: 'draining', ok: false, detail: 'no disc is begun: spindle drain --resume' }]
      : []),
  ];
};

/** What the daemon says of itself: it may be another user than the one who asks, and what counts is what it can do. */
export const checkDaemon = async (
  address: DaemonAddress,
): Promise<{ answers: boolean; findings: Finding[] }> => {
  try {
    const client = connectClient(address);
    const server = await checkServer(client);
    const findings = await Promise.all(CHECKS.map((check) => check(client)));
    return { answers: true, findings: [...server, ...findings.flat()] };
  } catch (error) {
    return { answers: false, findings: failed('daemon', error) };
  }
};
