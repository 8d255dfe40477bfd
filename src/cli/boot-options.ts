import { type Command, Option } from 'commander';
import path from 'node:path';
import { z } from 'zod';
import { SpindleError } from '../errors.js';
import type { SourceArgument } from './source-arguments.js';

const collect = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value];

/** Options that say what a disc boots. */
export const addBootOptions = (command: Command): Command =>
  command
    .option(
      '--boot <image[,word...]>',
      'boot this image, a file or disc:/PATH; repeatable. Words: efi, mac, powerpc; floppy-1.2, floppy-1.44, floppy-2.88, hard-disk, none; info-table, grub2-info; load=SECTORS|all, segment=N, maker=TEXT, inactive',
      collect,
    )
    .option('--boot-catalog </path/on/disc>', 'show the boot catalog as this file')
    .addOption(
      new Option('--hybrid [table]', 'let the image boot from a USB stick, too').choices([
        'mbr',
        'gpt',
        'mbr+gpt',
      ]),
    )
    .option('--isohybrid-mbr <file>', 'hybrid with the boot code of isolinux, e.g. isohdpfx.bin')
    .option('--grub2-mbr <file>', 'hybrid with the boot code of GRUB 2, e.g. boot_hybrid.img')
    .option('--boot-code <file>', 'hybrid with boot code that finds its way alone');

export const bootFlags = {
  boot: z.array(z.string()).optional(),
  bootCatalog: z.string().optional(),
  hybrid: z.union([z.string(), z.literal(true)]).optional(),
  isohybridMbr: z.string().optional(),
  grub2Mbr: z.string().optional(),
  bootCode: z.string().optional(),
};

type BootFlags = z.infer<z.ZodObject<typeof bootFlags>>;

type Fields = Readonly<Record<string, unknown>>;

/** Words after an image, and what they ask for. */
const WORDS: Readonly<Record<string, Fields>> = {
  x86: { platform: 'x86' },
  efi: { platform: 'efi' },
  mac: { platform: 'mac' },
  powerpc: { platform: 'powerpc' },
  none: { emulation: 'none' },
  'floppy-1.2': { emulation: 'floppy-1.2' },
  'floppy-1.44': { emulation: 'floppy-1.44' },
  'floppy-2.88': { emulation: 'floppy-2.88' },
  'hard-disk': { emulation: 'hard-disk' },
  'info-table': { bootInfoTable: true },
  'grub2-info': { grub2BootInfo: true },
  inactive: { bootable: false },
};

const numberOf = (text: string): number => (/^(0x[0-9a-f]+|\d+)$/i.test(text) ? Number(text) : Number.NaN);

const SETTINGS: Readonly<Record<string, (value: string) => Fields>> = {
  load: (value) => ({ loadSectors: value === 'all' ? value : numberOf(value) }),
  segment: (value) => ({ loadSegment: numberOf(value) }),
  maker: (value) => ({ manufacturer: value }),
};

const fieldsOf = (word: string): Fields | undefined => {
  if (Object.hasOwn(WORDS, word)) return WORDS[word];
  const [, name = '', value = ''] = /^([a-z]+)=(.*)$/s.exec(word) ?? [];
  return Object.hasOwn(SETTINGS, name) ? SETTINGS[name]?.(value) : undefined;
};

/** A file name may have commas: words are taken from the end as far as they are known. */
const parseImage = (argument: string): { image: string; fields: Fields } => {
  const parts = argument.split(',');
  let fields: Fields = {};
  while (parts.length > 1) {
    const more = fieldsOf(parts.at(-1) ?? '');
    if (!more) break;
    fields = { ...more, ...fields };
    parts.pop();
  }
  return { image: parts.join(','), fields };
};

/** Where a file of this machine will be on the disc; undefined where it will not. */
const placeOf = (file: string, sources: readonly SourceArgument[]): string | undefined => {
  for (const source of sources) {
    const beneath = path.relative(source.file, file);
    if (beneath === '') return source.at;
    if (beneath !== '..' && !beneath.startsWith('../') && !path.isAbsolute(beneath))
      return path.posix.join(source.at, beneath);
  }
  return undefined;
};

/** A file of this machine beneath a root. */
interface RootedFile {
  readonly root: string;
  readonly path: string;
}

type FileReference = { readonly at: string } | { readonly file: string };

const referTo = (argument: string, sources: readonly SourceArgument[]): FileReference => {
  if (argument === '') throw new SpindleError('invalid-request', 'A boot image is empty.');
  if (argument.startsWith('disc:')) return { at: argument.slice('disc:'.length) };
  const file = path.resolve(argument);
  const at = placeOf(file, sources);
  return at === undefined ? { file } : { at };
};

const LOADERS = { isohybridMbr: 'isolinux', grub2Mbr: 'grub2', bootCode: 'none' } as const;

const codeOf = (flags: BootFlags): { image: string; loader: string } | undefined => {
  for (const key of ['isohybridMbr', 'grub2Mbr', 'bootCode'] as const) {
    const image = flags[key];
    if (image !== undefined) return { image, loader: LOADERS[key] };
  }
  return undefined;
};

const hybridOf = (
  { hybrid }: BootFlags,
  code: { readonly image: unknown; readonly loader: string } | undefined,
): Record<string, unknown> | undefined =>
  hybrid === undefined && !code
    ? undefined
    : { ...(typeof hybrid === 'string' && { table: hybrid }), ...(code && { bootCode: code }) };

/** The `boot` of a request; `rooted` says where beneath the roots files of this machine lie that are not on the disc. */
export const bootRequestOf = async (
  flags: BootFlags,
  sources: readonly SourceArgument[],
  rooted: (files: readonly string[]) => Promise<RootedFile[]> | RootedFile[],
): Promise<Record<string, unknown> | undefined> => {
  const images = (flags.boot ?? []).map(parseImage);
  const code = codeOf(flags);
  const references = [...images, ...(code ? [code] : [])].map(({ image }) => referTo(image, sources));
  const outside = references.flatMap((reference) => ('file' in reference ? [reference.file] : []));
  const found = (outside.length > 0 ? await rooted(outside) : []).values();
  const files = references.map((reference) => ('file' in reference ? found.next().value : reference));
  const hybrid = hybridOf(flags, code && { image: files.at(-1), loader: code.loader });
  if (images.length === 0 && !hybrid && flags.bootCatalog === undefined) return undefined;
  return {
    entries: images.map(({ fields }, index) => ({ image: files[index], ...fields })),
    ...(flags.bootCatalog !== undefined && { catalog: flags.bootCatalog }),
    ...(hybrid && { hybrid }),
  };
};
