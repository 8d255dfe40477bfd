import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../support/processes.js';

const TARGET = 'iqn.2026-01.spindle:cd';

const run = (program: string, ...argv: string[]): string =>
  execFileSync(program, argv, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

const tgtadm = (mode: string, op: string, ...argv: string[]): string =>
  run('tgtadm', '--lld', 'iscsi', '--mode', mode, '--op', op, ...argv);

const answers = (ask: () => unknown): boolean => {
  try {
    ask();
    return true;
  } catch {
    return false;
  }
};

const drives = (): string[] => readdirSync('/sys/block').filter((name) => name.startsWith('sr'));

/**
 * A recorder that others wrote: Debian's tgt with a blank DVD+R, which open-iscsi makes a drive of this kernel. It knows
 * neither RESERVE TRACK nor GET EVENT STATUS NOTIFICATION.
 */
export class ForeignDrive {
  readonly device: string;
  readonly #target: ChildProcess;

  private constructor(target: ChildProcess, device: string) {
    this.#target = target;
    this.device = device;
  }

  /** `group` may use the device node. */
  static async connect(folder: string, group: number): Promise<ForeignDrive> {
    // A file of no bytes is a blank.
    const medium = join(folder, 'medium');
    writeFileSync(medium, '');
    run('modprobe', '-a', 'iscsi_tcp', 'sr_mod', 'sg');
    const target = spawn('tgtd', ['-f'], { stdio: 'ignore' });
    await until('tgtd answers', () => answers(() => tgtadm('system', 'show')));
    tgtadm('target', 'new', '--tid', '1', '-T', TARGET);
    tgtadm('logicalunit', 'new', '--tid', '1', '--lun', '1', '-b', medium, '--device-type=cd');
    tgtadm('target', 'bind', '--tid', '1', '-I', 'ALL');
    const before = drives();
    run('iscsistart', '-i', 'iqn.2026-01.spindle:host', '-t', TARGET, '-g', '1', '-a', '127.0.0.1');
    let device = '';
    await until('the kernel has the drive', () => {
      device = `/dev/${drives().find((name) => !before.includes(name)) ?? ''}`;
      return device !== '/dev/' && existsSync(device);
    });
    chownSync(device, 0, group);
    chmodSync(device, 0o660);
    return new ForeignDrive(target, device);
  }

  /** Has the kernel look at it anew: it keeps the old capacity until a media event, and this drive raises none. */
  async probeAgain(): Promise<void> {
    const sysfs = `/sys/block/${this.device.slice('/dev/'.length)}/device`;
    const [host = ''] = readlinkSync(sysfs).split('/').at(-1)!.split(':');
    writeFileSync(join(sysfs, 'delete'), '1');
    writeFileSync(`/sys/class/scsi_host/host${host}/scan`, '- - -');
    await until('the kernel has the drive again', () => existsSync(this.device));
  }

  /** Takes it away from the kernel, so that other tests do not find it. */
  unplug(): void {
    writeFileSync(`/sys/block/${this.device.slice('/dev/'.length)}/device/delete`, '1');
    this.#target.kill('SIGKILL');
  }
}
