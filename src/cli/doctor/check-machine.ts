import { accessSync, constants, existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { discoverDrives } from '../../drive/discovery.js';
import { groupName } from '../../groups.js';
import { watchUevents } from '../../os/uevents.js';
import type { Finding } from './finding.js';

const canWrite = (device: string): boolean => {
  try {
    accessSync(device, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
};

/** What whoever asks could do with the drives of this machine, where no daemon answers that would use them. */
export const checkOwnDrives = async (): Promise<Finding[]> => {
  const drives = await discoverDrives();
  if (drives.length === 0)
    return [{ what: 'drives', ok: true, detail: 'no optical drive is connected; virtual drives work' }];
  return drives.map(({ devicePath, vendor, product }) => {
    const open = canWrite(devicePath);
    const detail = open
      ? `${vendor} ${product}`
      : `may not be written: join group ${groupName(statSync(devicePath).gid)}`;
    return { what: devicePath, ok: open, detail, ...(!open && { code: 'drive-not-permitted' as const }) };
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

/** What of this machine matters to recording, whoever asks. */
export const checkMachine = (): Finding[] => [...checkAutomount(), ...checkEvents(), ...checkRuntime()];
