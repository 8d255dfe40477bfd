import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { discoverDrives, formerPort, portOf } from '../../../src/drive/discovery.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

/** A drive as Linux shows it: /sys/block/srN is a link, and `device` in it another one. */
const plugIn = (sys: string, name: string, device: string, text: Record<string, string>): void => {
  const directory = join(sys, 'devices', device);
  mkdirSync(join(directory, 'block', name), { recursive: true });
  mkdirSync(join(sys, 'block'), { recursive: true });
  for (const [file, content] of Object.entries(text)) writeFileSync(join(directory, file), `${content}\n`);
  symlinkSync('../..', join(directory, 'block', name, 'device'));
  symlinkSync(join('..', 'devices', device, 'block', name), join(sys, 'block', name));
};

describe('drives of this machine', () => {
  it('are found with maker, model and the port that they are plugged in at', async () => {
    const sys = join(temporaryFolder(), 'sys');
    plugIn(sys, 'sr1', 'pci0000:00/0000:00:14.0/usb1/1-2/1-2:1.0/host6/target6:0:0/6:0:0:0', {
      vendor: 'HL-DT-ST',
      model: 'BD-RE BU40N',
      rev: '1.00',
    });
    plugIn(sys, 'sr0', 'pci0000:00/0000:00:1f.2/ata2/host1/target1:0:0/1:0:0:0', {
      vendor: 'PIONEER ',
      model: 'BD-RW BDR-209D',
      rev: '1.30',
    });
    mkdirSync(join(sys, 'block', 'sda'));
    const found = await discoverDrives(sys);
    expect(found).toMatchObject([
      { devicePath: '/dev/sr0', vendor: 'PIONEER', product: 'BD-RW BDR-209D', revision: '1.30' },
      { devicePath: '/dev/sr1', vendor: 'HL-DT-ST', product: 'BD-RE BU40N', revision: '1.00' },
    ]);
    expect(found.map(({ port }) => port)).toEqual([
      'pci0000:00/0000:00:1f.2/ata2/0:0:0',
      'pci0000:00/0000:00:14.0/usb1/1-2/1-2:1.0/0:0:0',
    ]);
  });

  it('are found with the serial number that the kernel has read', async () => {
    const sys = join(temporaryFolder(), 'sys');
    const text = { vendor: 'IET', model: 'VIRTUAL-CDROM', rev: '0001' };
    // Page 80h as tgt answers it: device type, page, two bytes of length, then the number, right-aligned.
    plugIn(sys, 'sr0', 'platform/host0/session1/target0:0:0/0:0:0:1', {
      ...text,
      vpd_pg80: '\u0005\u0080\u0000\u0024                              beaf11',
    });
    expect(await discoverDrives(sys)).toMatchObject([{ serial: 'beaf11' }]);
  });

  it('have the name of their target for a port where iSCSI numbers its sessions as they come', async () => {
    const portOfSession = async (session: string): Promise<string | undefined> => {
      const sys = join(temporaryFolder(), 'sys');
      plugIn(sys, 'sr0', `platform/host0/${session}/target0:0:0/0:0:0:1`, {});
      const about = join(sys, 'devices/platform/host0', session, 'iscsi_session', session);
      mkdirSync(about, { recursive: true });
      writeFileSync(join(about, 'targetname'), 'iqn.2026-01.spindle:cd\n');
      return (await discoverDrives(sys))[0]?.port;
    };
    expect(await portOfSession('session1')).toBe('iqn.2026-01.spindle:cd/1');
    expect(await portOfSession('session7')).toBe('iqn.2026-01.spindle:cd/1');
  });

  it('are none where the kernel has no driver for them', async () => {
    expect(await discoverDrives(dirname(temporaryFolder()) + '/no-such-sys')).toEqual([]);
  });

  it('keep their port when the kernel numbers them anew', () => {
    const before = portOf('/sys/devices/pci0000:00/0000:00:1f.2/ata2/host1/target1:0:0/1:0:0:0');
    const after = portOf('/sys/devices/pci0000:00/0000:00:1f.2/ata2/host7/target7:0:0/7:0:0:0');
    expect(after).toBe(before);
  });

  it('have ports of their own where they are two at one cable or in one enclosure', () => {
    const bridge = '/sys/devices/pci0000:00/0000:00:14.0/usb1/1-2/1-2:1.0/host6';
    const ports = [
      'target6:0:0/6:0:0:0',
      'target6:0:0/6:0:0:1',
      'target6:0:1/6:0:1:0',
      'target6:1:0/6:1:0:0',
    ];
    const found = ports.map((place) => portOf(`${bridge}/${place}`));
    expect(new Set(found).size).toBe(4);
    // What earlier builds have kept: all of them at one.
    expect(new Set(found.map(formerPort))).toEqual(new Set(['pci0000:00/0000:00:14.0/usb1/1-2/1-2:1.0']));
  });

  it('have no other port than ever where that is the name of an iSCSI target', () => {
    expect(formerPort('iqn.2026-01.spindle:cd/1')).toBe('iqn.2026-01.spindle:cd/1');
  });
});
