import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bootRequest } from '../../src/image/boot-request.js';
import {
  bootSector,
  FIRMWARE,
  floppyImage,
  grubTree,
  hardDiskImage,
  isolinuxTree,
} from '../support/boot-images.js';
import { appendSession } from '../support/file-sessions.js';
import { growImage } from '../support/grow-image.js';
import { BOOT_TEST_MS, boots, missing } from '../support/bootable.js';
import { aTreeRequest, scratchFolder, writeIso } from '../support/mastering.js';

const scratch = scratchFolder('boot');
afterAll(scratch.remove);

/** Files lie in a folder of their own and, as the request wants it, on the disc. */
const folderOf = (name: string): string => {
  const folder = `${scratch.path}/${name}`;
  mkdirSync(folder, { recursive: true });
  return folder;
};

const bootable = async (folder: string, boot: unknown): Promise<string> => {
  const image = `${folder}.iso`;
  await writeIso(folder, image, aTreeRequest({ boot: bootRequest.parse(boot) }));
  return image;
};

const run = (command: string, ...args: string[]): string =>
  execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

const reportOf = (image: string, what: 'el_torito' | 'system_area'): string =>
  run('xorriso', '-indev', image, `-report_${what}`, 'plain');

describe.skipIf(missing('qemu-system-x86_64', FIRMWARE.isolinux, FIRMWARE.isolinuxMbr, FIRMWARE.ldlinux))(
  'isolinux on an image of ours, in qemu with isolinux and syslinux-common',
  () => {
    let image: string;
    const marker = /Loading marker-of-isolinux\.\.\. failed/;

    beforeAll(async () => {
      const folder = folderOf('isolinux');
      isolinuxTree(folder, 'marker of isolinux');
      writeFileSync(`${folder}/mbr.bin`, readFileSync(FIRMWARE.isolinuxMbr));
      image = await bootable(folder, {
        entries: [{ image: { at: '/isolinux/isolinux.bin' }, bootInfoTable: true }],
        catalog: '/isolinux/boot.cat',
        hybrid: { bootCode: { image: { at: '/mbr.bin' }, loader: 'isolinux' } },
      });
    });

    it(
      'boots from CD',
      boots(() => image, { firmware: 'bios', as: 'cd' }, marker),
    );
    it(
      'boots from a disk',
      boots(() => image, { firmware: 'bios', as: 'disk' }, marker),
    );

    it.skipIf(missing('xorriso'))(
      'boots from the volume that has grown, whose catalog stays where it was',
      async () => {
        const grown = `${scratch.path}/grown.iso`;
        copyFileSync(image, grown);
        writeFileSync(`${folderOf('more')}/added`, 'added');
        await growImage(grown, folderOf('more'), aTreeRequest());
        expect(run('xorriso', '-indev', grown, '-find', '/', '-maxdepth', '1')).toContain("'/added'");
        expect(reportOf(grown, 'el_torito')).toContain('El Torito cat path : /isolinux/boot.cat');
        await boots(() => grown, { firmware: 'bios', as: 'cd' }, marker)();
      },
      BOOT_TEST_MS,
    );

    it.skipIf(missing('xorriso'))('is continued by a session that has the same catalog', async () => {
      const continued = `${scratch.path}/continued.iso`;
      copyFileSync(image, continued);
      writeFileSync(`${folderOf('more')}/added`, 'added');
      const { start } = await appendSession(continued, folderOf('more'), { request: aTreeRequest() });
      const load = ['-load', 'sbsector', String(start), '-indev', `stdio:${continued}`];
      const report = run('xorriso', ...load, '-report_el_torito', 'plain');
      expect(report).toContain('El Torito cat path : /isolinux/boot.cat');
      expect(report).toContain('El Torito img path :   1  /isolinux/isolinux.bin');
    });

    it.skipIf(missing('xorriso'))('has a table of itself, fit for a hybrid, in the eyes of xorriso', () => {
      expect(reportOf(image, 'el_torito')).toMatch(/img opts : {3}1 {2}boot-info-table isohybrid-suitable/);
      expect(reportOf(image, 'el_torito')).toContain('El Torito cat path : /isolinux/boot.cat');
      expect(reportOf(image, 'system_area')).toContain('System area summary: MBR isohybrid');
    });

    it.skipIf(missing('sfdisk'))('is one active partition to sfdisk', () => {
      const { partitiontable } = JSON.parse(run('sfdisk', '-J', image)) as {
        partitiontable: { label: string; partitions: unknown[] };
      };
      expect(partitiontable.label).toBe('dos');
      const sectors = readFileSync(image).length / 512;
      expect(sectors % 2048).toBe(0);
      expect(partitiontable.partitions).toMatchObject([
        { start: 0, size: sectors, type: '17', bootable: true },
      ]);
    });
  },
);

describe.skipIf(
  missing(
    'qemu-system-x86_64',
    'grub-mkimage',
    'mformat',
    FIRMWARE.grubMbr,
    FIRMWARE.grubEfi,
    FIRMWARE.ovmfCode,
  ),
)(
  'GRUB on an image of ours, in qemu with grub-pc-bin, grub-efi-amd64-bin, mtools and ovmf',
  { timeout: BOOT_TEST_MS },
  () => {
    let image: string;

    beforeAll(async () => {
      const folder = folderOf('grub');
      grubTree(folder, 'marker of GRUB');
      writeFileSync(`${folder}/mbr.bin`, readFileSync(FIRMWARE.grubMbr));
      image = await bootable(folder, {
        entries: [
          { image: { at: '/grub/eltorito.img' }, bootInfoTable: true, grub2BootInfo: true },
          { image: { at: '/efi.img' }, platform: 'efi' },
        ],
        hybrid: { bootCode: { image: { at: '/mbr.bin' }, loader: 'grub2' } },
      });
    });

    it(
      'boots from CD by BIOS',
      boots(() => image, { firmware: 'bios', as: 'cd' }, /marker of GRUB, pc, hd\d+/),
    );
    it(
      'boots from a disk by BIOS',
      boots(() => image, { firmware: 'bios', as: 'disk' }, /marker of GRUB, pc, hd0/),
    );
    it(
      'boots from CD by UEFI',
      boots(() => image, { firmware: 'uefi', as: 'cd' }, /marker of GRUB, efi, cd0/),
    );
    it(
      'boots from a disk by UEFI, from its EFI system partition',
      boots(() => image, { firmware: 'uefi', as: 'disk' }, /marker of GRUB, efi, hd0,gpt2/),
    );

    it.skipIf(missing('xorriso'))('is what xorriso takes for GRUB’s own', () => {
      expect(reportOf(image, 'el_torito')).toMatch(/img opts : {3}1 {2}boot-info-table grub2-boot-info/);
      expect(reportOf(image, 'system_area')).toMatch(/MBR protective-msdos-label grub2-mbr .*GPT/);
      expect(reportOf(image, 'system_area')).toContain('GPT partition path :   2  /efi.img');
    });

    it.skipIf(missing('sgdisk'))('has two copies of a GPT in which sgdisk finds no fault', () => {
      const said = run('sgdisk', '--verify', image);
      expect(said).toContain('No problems found.');
      expect(run('sgdisk', '--print', image)).toMatch(/EF00 +EFI boot image/);
    });
  },
);

describe.skipIf(missing('qemu-system-x86_64'))('What a BIOS takes for a disk, in qemu', () => {
  const single = (name: string, content: Buffer, entry: object): Promise<string> => {
    const folder = folderOf(name);
    writeFileSync(`${folder}/boot.img`, content);
    return bootable(folder, { entries: [{ image: { at: '/boot.img' }, ...entry }] });
  };

  it('is the floppy disk that the image is, by its size alone', async () => {
    const image = await single('floppy', floppyImage('marker of a floppy'), {});
    await boots(() => image, { firmware: 'bios', as: 'cd' }, /marker of a floppy A/)();
  });

  it('is a hard disk where that is asked for', async () => {
    const image = await single('disk', hardDiskImage('marker of a disk'), { emulation: 'hard-disk' });
    await boots(() => image, { firmware: 'bios', as: 'cd' }, /marker of a disk I/)();
  });

  it('is nothing but a CD without emulation, at the segment that is asked for, from a file that no directory shows', async () => {
    const folder = folderOf('hidden');
    const outside = folderOf('outside');
    writeFileSync(`${folder}/shown.txt`, 'shown');
    writeFileSync(`${outside}/sector.bin`, bootSector('marker of a sector'));
    const image = `${folder}.iso`;
    const boot = bootRequest.parse({
      entries: [{ image: { root: 'tree', path: 'outside/sector.bin' }, loadSegment: 0x1000 }],
    });
    const sources = [{ at: '/', root: 'tree', path: 'hidden' }];
    await writeIso(scratch.path, image, aTreeRequest({ boot, sources }));
    await boots(() => image, { firmware: 'bios', as: 'cd' }, /marker of a sector O/)();
  });
});

describe('A catalog of 32 images', () => {
  let image: string;
  const platforms = ['x86', 'powerpc', 'mac', 'efi'];

  beforeAll(async () => {
    const folder = folderOf('many');
    for (let index = 0; index < 32; index++)
      writeFileSync(`${folder}/image ${index}`, Buffer.alloc(3000, index));
    image = await bootable(folder, {
      entries: Array.from({ length: 32 }, (_, index) => ({
        image: { at: `/image ${index}` },
        platform: platforms[index % 4],
        manufacturer: `Maker ${index}`,
        bootable: index % 2 === 0,
        loadSectors: index + 1,
        ...(index > 0 && { criteria: { type: 1, data: '0102' } }),
      })),
    });
  });

  it.skipIf(missing('xorriso'))('is read by xorriso, all of it and in order', () => {
    const lines = reportOf(image, 'el_torito')
      .split('\n')
      .filter((line) => line.startsWith('El Torito boot img'))
      .map((line) => line.split(/\s+/).slice(5, 12));
    const names = ['BIOS', 'PPC', 'Mac', 'UEFI'];
    expect(
      lines.map(([number, platform, bootable, , , , sectors]) => [number, platform, bootable, sectors]),
    ).toEqual(
      Array.from({ length: 32 }, (_, index) => [
        String(index + 1),
        names[index % 4],
        index % 2 === 0 ? 'y' : 'n',
        String(index + 1),
      ]),
    );
  });

  it.skipIf(missing('dumpet'))('is read by dumpet, with its makers', () => {
    const said = run('dumpet', '-i', image);
    for (const index of [0, 1, 31]) expect(said).toContain(`ID: "Maker ${index}"`);
    expect(said.match(/Section Header Entry:/g)).toHaveLength(31);
    expect(said.match(/Final Section Header/g)).toHaveLength(1);
  });

  it.skipIf(missing('isoinfo'))('is read by isoinfo', () => {
    expect(run('isoinfo', '-d', '-i', image)).toMatch(/El Torito VD version 1 found/);
    expect(run('isoinfo', '-d', '-i', image)).toContain("ID 'Maker 0'");
  });
});
