import type { Command } from 'commander';
import { accessSync, constants, existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { discoverDrives } from '../../drive/discovery.js';
import { type ErrorCode, isSpindleError, SpindleError } from '../../errors.js';
import { watchUevents } from '../../os/uevents.js';
import { connectClient } from '../client.js';
import type { Context } from '../context.js';
import { serverView } from '../views.js';

/** One thing that was looked at. */
interface Finding {
  readonly what: string;
  readonly ok: boolean;
  readonly detail: string;
  /** What `doctor` ends with; what is not well and has none is a warning. */
  readonly code?: ErrorCode;
}

type Check = (context: Context) => Promise<Finding[]>;

const checkDaemon: Check = async ({ daemon }) => {
  try {
    const answer = await connectClient(daemon).call('GET', '/v1/server');
    const { version, build, draining } = serverView.parse(answer);
    const detail = `version ${version}, build ${build}`;
    return [
      { what: 'daemon', ok: true, detail },
      ...(draining
        ? [{ what: 'draining', ok: false, detail: 'no disc is begun: spindle drain --resume' }]
        : []),
    ];
  } catch (error) {
    if (!isSpindleError(error)) throw error;
    return [{ what: 'daemon', ok: false, detail: error.message, code: error.code }];
  }
};

const canWrite = (device: string): boolean => {
  try {
    accessSync(device, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
};

const mountedDevices = (): ReadonlySet<string> =>
  new Set(
    readFileSync('/proc/self/mounts', 'utf8')
      .split('\n')
      .map((line) => line.split(' ')[0] ?? ''),
  );

const checkDrives: Check = async () => {
  const drives = await discoverDrives();
  if (drives.length === 0)
    return [{ what: 'drives', ok: true, detail: 'no optical drive is connected; virtual drives work' }];
  const mounted = mountedDevices();
  return drives.map(({ devicePath, vendor, product }) => {
    const group = statSync(devicePath).gid;
    const open = canWrite(devicePath);
    const detail = open
      ? `${vendor} ${product}${mounted.has(devicePath) ? ', mounted: unmount it to record' : ''}`
      : `may not be written: join group ${group}`;
    return { what: devicePath, ok: open, detail, ...(!open && { code: 'device-error' as const }) };
  });
};

const processNames = (): string[] =>
  readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((pid) => {
      try {
        return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
      } catch {
        return []; // it ended while we looked
      }
    });

/** Programs that grab discs on their own, as the kernel names them: fifteen characters at most. */
const GRABBERS = ['udisksd', 'gvfs-udisks2-vo', 'pktsetup'];

/** Tells desktops to leave drives alone; systemd/60-spindle.rules. */
const LEFT_ALONE = '/etc/spindle/udisks-ignore';

const checkAutomount = (): Finding[] => {
  if (existsSync(LEFT_ALONE))
    return [{ what: 'automount', ok: true, detail: `${LEFT_ALONE} tells desktops to leave drives alone` }];
  const running = processNames().filter((name) => GRABBERS.includes(name));
  const detail =
    running.length === 0
      ? 'nobody mounts discs by himself'
      : `${running.join(', ')} may mount discs before they are recorded`;
  return [{ what: 'automount', ok: running.length === 0, detail }];
};

/** Containers mostly hear nothing of devices. */
const checkEvents = (): Finding[] => {
  try {
    watchUevents(
      () => undefined,
      () => undefined,
    ).close();
    return [{ what: 'kernel events', ok: true, detail: 'drives and discs are noticed as they come and go' }];
  } catch {
    return [{ what: 'kernel events', ok: false, detail: 'none here; drives are looked for every 30 s' }];
  }
};

const checkRuntime = (): Finding[] => [
  { what: 'node', ok: true, detail: `${process.version}, N-API ${process.versions['napi'] ?? '?'}` },
];

const CHECKS: readonly Check[] = [
  checkDaemon,
  checkDrives,
  () => Promise.resolve([...checkAutomount(), ...checkEvents(), ...checkRuntime()]),
];

const mark = ({ ok, code }: Finding): string => {
  if (ok) return 'ok  ';
  return code === undefined ? 'warn' : 'FAIL';
};

export const doctorCommand = (program: Command, context: () => Context): void => {
  program
    .command('doctor')
    .description('look for what could hinder recording')
    .action(async () => {
      const findings = (await Promise.all(CHECKS.map((check) => check(context())))).flat();
      context().answer(findings, () =>
        findings.map((finding) => `${mark(finding)}  ${finding.what}: ${finding.detail}`).join('\n'),
      );
      for (const { code, detail } of findings) if (code !== undefined) throw new SpindleError(code, detail);
    });
};
