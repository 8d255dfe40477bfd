import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../support/processes.js';

const TARGET = 'iqn.2026-01.spindle:cd';
const HOST = 'iqn.2026-01.spindle:host';
const PORTAL = '127.0.0.1';
/** The kernel gives up a session whose connection is lost after so many seconds; 120 unless it is told. */
const RECOVERY_SECONDS = '30';

const run = (program: string, ...argv: string[]): string =>
  execFileSync(program, argv, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

const tgtadm = (mode: string, op: string, ...argv: string[]): string =>
  run('tgtadm', '--lld', 'iscsi', '--mode', mode, '--op', op, ...argv);

const node = (...argv: string[]): string =>
  run('iscsiadm', '-m', 'node', '-T', TARGET, '-p', PORTAL, ...argv);

const answers = (ask: () => unknown): boolean => {
  try {
    ask();
    return true;
  } catch {
    return false;
  }
};

const drives = (): string[] => readdirSync('/sys/block').filter((name) => name.startsWith('sr'));

export interface ForeignDriveOptions {
  /** Where its media lie. */
  readonly folder: string;
  /** Group that may use the device node. */
  readonly group: number;
}

/**
 * A recorder that others wrote: Debian's tgt with a blank DVD+R, which open-iscsi makes a drive of this kernel. It knows
 * neither RESERVE TRACK nor GET EVENT STATUS NOTIFICATION.
 */
export class ForeignDrive {
  /** The kernel may give it another name each time it is plugged in; empty while it is not. */
  device = '';
  readonly #options: ForeignDriveOptions;
  readonly #target: ChildProcess;
  readonly #initiator: ChildProcess;
  #media = 0;

  private constructor(target: ChildProcess, initiator: ChildProcess, options: ForeignDriveOptions) {
    this.#target = target;
    this.#initiator = initiator;
    this.#options = options;
  }

  static async connect(options: ForeignDriveOptions): Promise<ForeignDrive> {
    run('modprobe', '-a', 'iscsi_tcp', 'sr_mod', 'sg');
    writeFileSync('/etc/iscsi/initiatorname.iscsi', `InitiatorName=${HOST}\n`);
    const target = spawn('tgtd', ['-f'], { stdio: 'ignore' });
    const initiator = spawn('iscsid', ['-f'], { stdio: 'ignore' });
    await until('tgtd answers', () => answers(() => tgtadm('system', 'show')));
    const drive = new ForeignDrive(target, initiator, options);
    tgtadm('target', 'new', '--tid', '1', '-T', TARGET);
    tgtadm('logicalunit', 'new', '--tid', '1', '--lun', '1', '-b', drive.#blank(), '--device-type=cd');
    tgtadm('target', 'bind', '--tid', '1', '-I', 'ALL');
    await until('iscsid answers', () => answers(() => node('-o', 'new')));
    node('-o', 'update', '-n', 'node.session.timeo.replacement_timeout', '-v', RECOVERY_SECONDS);
    await drive.plugIn();
    return drive;
  }

  /** Logs the session in, where it is not: the kernel has the drive. */
  async plugIn(): Promise<void> {
    if (this.device !== '') return;
    const before = drives();
    node('--login');
    await until('the kernel has the drive', () => {
      this.device = `/dev/${drives().find((name) => !before.includes(name)) ?? ''}`;
      return this.device !== '/dev/' && existsSync(this.device);
    });
    chownSync(this.device, 0, this.#options.group);
    chmodSync(this.device, 0o660);
  }

  /** Logs the session out, whoever uses the drive. */
  unplug(): void {
    node('--logout');
    this.device = '';
  }

  /** Cuts the connection without a word, as a cable that is pulled and put in again: the host connects anew by itself. */
  cutConnection(): void {
    const session = /Session: (\d+)/.exec(tgtadm('conn', 'show', '--tid', '1'))?.[1] ?? '';
    tgtadm('conn', 'delete', '--tid', '1', '--sid', session, '--cid', '0');
  }

  /** Takes out what lies in it by hand. */
  takeOut(): void {
    this.#change('online=0');
  }

  /** Puts a blank in by hand. */
  insertBlank(): void {
    this.#change(`path=${this.#blank()}`);
    this.#change('online=1');
  }

  #change(parameter: string): void {
    tgtadm('logicalunit', 'update', '--tid', '1', '--lun', '1', '-P', parameter);
  }

  /** A file of no bytes is a blank DVD+R. */
  #blank(): string {
    const medium = join(this.#options.folder, `medium-${(this.#media += 1)}`);
    writeFileSync(medium, '');
    return medium;
  }

  /** Commands that the kernel has sent to it since it was plugged in, by the kernel's own count. */
  commands(): number {
    return Number(
      readFileSync(`/sys/block/${this.device.slice('/dev/'.length)}/device/iorequest_cnt`, 'latin1'),
    );
  }

  /** Nothing of it is left in this kernel, so that other tests do not find it. */
  switchOff(): void {
    answers(() => node('--logout'));
    this.#initiator.kill('SIGKILL');
    this.#target.kill('SIGKILL');
  }
}
