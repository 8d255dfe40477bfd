import { readFile, readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';

/** A drive that the kernel's sr driver has, as it says without opening it. */
export interface FoundDrive {
  /** `/dev/sr0`; numbers change from boot to boot. */
  readonly devicePath: string;
  readonly vendor: string;
  readonly product: string;
  readonly revision: string;
  /** As the kernel has it (VPD page 80h); drives of ATA and most bridges tell it by a feature alone. */
  readonly serial?: string;
  /** Bus, port and place there, e.g. `pci0000:00/0000:00:1f.2/ata2/0:0:0`: the same for as long as the drive stays plugged in there. */
  readonly port: string;
}

/** Numbers that the kernel gives in the order of appearance: SCSI hosts, what is beneath them by those, and block devices. */
const UNSTABLE = /^(host\d+|target[\d:]+|block|sr\d+)$/;

/** `H:C:T:L`; all but the host tells apart what is at one port: the units of a bridge, two drives at one cable. */
const ADDRESS = /^\d+:(?<within>\d+:\d+:\d+)$/;

/** The part of a path beneath /sys/devices that names bus, port and place there, and nothing that changes by itself. */
export const portOf = (deviceDirectory: string): string => {
  const names = deviceDirectory.split('/').filter((name) => name !== '');
  const from = names.indexOf('devices') + 1;
  return names
    .slice(from)
    .filter((name) => !UNSTABLE.test(name))
    .map((name) => ADDRESS.exec(name)?.groups?.['within'] ?? name)
    .join('/');
};

/** The same as earlier builds had it, which drives at one port shared: what they have kept is still known by it. */
export const formerPort = (port: string): string => port.replace(/\/\d+:\d+:\d+$/, '');

const text = async (path: string): Promise<string> => {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch {
    return '';
  }
};

/** Page 80h of the vital product data has four bytes before the serial number. */
const SERIAL_AT = 4;

const serialIn = async (device: string): Promise<string> =>
  (await text(join(device, 'vpd_pg80'))).slice(SERIAL_AT).replaceAll('\0', '').trim();

/** `…/session3/target0:0:0/0:0:0:1` */
const ISCSI = /^(?<session>.*\/(?<name>session\d+))\/.*:(?<unit>\d+)$/;

/** Sessions of iSCSI are numbered as they come: the name of the target and the number of its unit stand for bus and port. */
const portIn = async (directory: string): Promise<string> => {
  const { session, name, unit } = ISCSI.exec(directory)?.groups ?? {};
  if (session === undefined || name === undefined || unit === undefined) return portOf(directory);
  return `${await text(join(session, 'iscsi_session', name, 'targetname'))}/${unit}`;
};

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** Names like sr0; empty on a machine without the sr driver. */
const driveNames = async (blockDirectory: string): Promise<string[]> => {
  try {
    return (await readdir(blockDirectory)).filter((name) => /^sr\d+$/.test(name)).sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
};

const describe = async (directory: string, name: string): Promise<FoundDrive | undefined> => {
  const device = join(directory, name, 'device');
  try {
    const directory = await realpath(device);
    const [port, vendor, product, revision, serial] = await Promise.all([
      portIn(directory),
      text(join(device, 'vendor')),
      text(join(device, 'model')),
      text(join(device, 'rev')),
      serialIn(device),
    ]);
    return {
      devicePath: `/dev/${name}`,
      vendor,
      product,
      revision,
      ...(serial !== '' && { serial }),
      port,
    };
  } catch (error) {
    // Unplugged while we looked.
    if (isMissing(error)) return undefined;
    throw error;
  }
};

/** All optical drives of this machine. Opens none of them. */
export const discoverDrives = async (sysDirectory = '/sys'): Promise<FoundDrive[]> => {
  const directory = join(sysDirectory, 'block');
  const names = await driveNames(directory);
  const found = await Promise.all(names.map((name) => describe(directory, name)));
  return found.filter((drive) => drive !== undefined);
};
