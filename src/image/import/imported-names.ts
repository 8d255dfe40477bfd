import { z } from 'zod';
import type { IsoDescriptors } from './iso-descriptors.js';

const name = z.string().min(1).exactOptional();

/** What a volume is called by each file system that it has; those that give it no name are absent. */
export const importedNames = z
  .strictObject({ iso9660: name, joliet: name, udf: name })
  .meta({ id: 'ImportedVolumeNames', description: 'What the volume is called in each file system' });
export type ImportedNames = z.infer<typeof importedNames>;

/** ECMA-119 7.4.3.2 has spaces behind a name; some writers have zeros there. */
export const withoutPadding = (text: string): string => text.replace(/[\0 ]+$/, '');

/** Of a session, as it was found. */
export const importedNamesOf = (
  iso: Pick<IsoDescriptors, 'primary' | 'joliet'> | undefined,
  udf: { readonly identifier: string } | undefined,
): ImportedNames => {
  const found: [keyof ImportedNames, string | undefined][] = [
    ['iso9660', iso?.primary.volumeIdentifier],
    ['joliet', iso?.joliet?.volumeIdentifier],
    ['udf', udf?.identifier],
  ];
  return Object.fromEntries(
    found
      .map(([fileSystem, text = '']) => [fileSystem, withoutPadding(text)] as const)
      .filter(([, text]) => text !== ''),
  );
};
