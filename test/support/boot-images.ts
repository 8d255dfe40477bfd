import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * 16-bit code that says `marker` on the first serial port, then which kind of drive the BIOS gave it (A: a floppy disk, I: a hard disk, O: a CD), and
 * stops. It runs wherever it is loaded; assembled by hand from the opcodes of the 80186.
 */
const talkingCode = (marker: string): Buffer => {
  const loop = [0x2e, 0xac, 0x84, 0xc0, 0x74, 0x11]; // cs lodsb; test al, al; jz done
  const say = [0x88, 0xc4, 0xba, 0xfd, 0x03]; // mov ah, al; mov dx, 3FDh
  const wait = [0xec, 0xa8, 0x20, 0x74, 0xfb]; // in al, dx; test al, 20h; jz wait
  const out = [0x88, 0xe0, 0xb2, 0xf8, 0xee, 0xeb, 0xe9]; // mov al, ah; mov dl, F8h; out dx, al; jmp loop
  // mov al, bl; shr al, 4; add al, 'A'; mov dx, 3F8h; out dx, al; hlt; jmp hlt
  const done = [0x88, 0xd8, 0xc0, 0xe8, 0x04, 0x04, 0x41, 0xba, 0xf8, 0x03, 0xee, 0xf4, 0xeb, 0xfd];
  const body = [...loop, ...say, ...wait, ...out, ...done];
  // mov bl, dl; cld; call next; next: pop si; add si, distance of the text from next
  const start = [0x88, 0xd3, 0xfc, 0xe8, 0x00, 0x00, 0x5e, 0x83, 0xc6, body.length + 4];
  return Buffer.from([...start, ...body, ...Buffer.from(`${marker} `), 0]);
};

/** A sector that a BIOS boots. Code begins at byte 64, so that the first ones may be told what they like. */
export const bootSector = (marker: string): Buffer => {
  const sector = Buffer.alloc(512);
  sector.set([0xeb, 0x3e]); // jmp 64
  talkingCode(marker).copy(sector, 64);
  sector.set([0x55, 0xaa], 510);
  return sector;
};

/** A floppy disk that speaks. */
export const floppyImage = (marker: string, bytes = 1_474_560): Buffer =>
  Buffer.concat([bootSector(marker), Buffer.alloc(bytes - 512)]);

/** A hard disk of 1 MiB that speaks and has partitions of these types. */
export const hardDiskImage = (marker: string, types: readonly number[] = [0x0c]): Buffer => {
  const disk = Buffer.alloc(1024 * 1024);
  bootSector(marker).copy(disk);
  for (const [index, type] of types.entries())
    disk.set([0x80, 1, 1, 0, type, 63, 32, 0, 32, 0, 0, 0, 0, 7, 0, 0], 446 + 16 * index);
  return disk;
};

/** Where Debian's packages `isolinux`, `syslinux-common`, `grub-pc-bin` and `ovmf` have what is used here. */
export const FIRMWARE = {
  isolinux: '/usr/lib/ISOLINUX/isolinux.bin',
  isolinuxMbr: '/usr/lib/ISOLINUX/isohdpfx.bin',
  ldlinux: '/usr/lib/syslinux/modules/bios/ldlinux.c32',
  grubMbr: '/usr/lib/grub/i386-pc/boot_hybrid.img',
  grubEfi: '/usr/lib/grub/x86_64-efi/normal.mod',
  ovmfCode: '/usr/share/OVMF/OVMF_CODE_4M.fd',
  ovmfVariables: '/usr/share/OVMF/OVMF_VARS_4M.fd',
} as const;

/** What isolinux says of a kernel that is not there is the marker. */
export const isolinuxTree = (folder: string, marker: string): void => {
  mkdirSync(join(folder, 'isolinux'), { recursive: true });
  copyFileSync(FIRMWARE.isolinux, join(folder, 'isolinux/isolinux.bin'));
  copyFileSync(FIRMWARE.ldlinux, join(folder, 'isolinux/ldlinux.c32'));
  writeFileSync(
    join(folder, 'isolinux/isolinux.cfg'),
    `SERIAL 0 115200\nPROMPT 0\nDEFAULT ${marker.replaceAll(' ', '-')}\n`,
  );
};

const GRUB_MODULES = ['iso9660', 'serial', 'echo', 'terminal', 'halt', 'normal', 'part_msdos', 'part_gpt'];

const grubImage = (configuration: string, format: string, output: string, modules: string[]): void => {
  const args = ['-O', format, '-p', '/grub', '-c', configuration, '-o', output, ...GRUB_MODULES, ...modules];
  execFileSync('grub-mkimage', args);
};

/** GRUB as an El Torito image for a BIOS, and in an EFI system partition; it says the marker, the platform and its root. */
export const grubTree = (folder: string, marker: string): void => {
  const grub = join(folder, 'grub');
  mkdirSync(grub, { recursive: true });
  const configuration = join(folder, 'grub.cfg');
  writeFileSync(
    configuration,
    `serial --unit=0 --speed=115200\nterminal_output serial\necho "${marker}, \${grub_platform}, \${root}"\nhalt\n`,
  );
  grubImage(configuration, 'i386-pc-eltorito', join(grub, 'eltorito.img'), ['biosdisk']);
  const application = join(folder, 'BOOTX64.EFI');
  grubImage(configuration, 'x86_64-efi', application, ['fat']);
  efiSystemPartition(join(folder, 'efi.img'), application);
  rmSync(application);
};

/** A FAT file system of 2,880 sectors with one UEFI application. */
const efiSystemPartition = (image: string, application: string): void => {
  execFileSync('mformat', ['-C', '-f', '2880', '-i', image, '::']);
  execFileSync('mmd', ['-i', image, '::/EFI', '::/EFI/BOOT']);
  execFileSync('mcopy', ['-i', image, application, '::/EFI/BOOT/BOOTX64.EFI']);
};
