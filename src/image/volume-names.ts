import { z } from 'zod';
import { volumeIdentifier } from '../iso9660/iso-names.js';
import { jolietVolumeIdentifier } from '../iso9660/joliet-names.js';
import { asciiText } from '../iso9660/names.js';
import { isText } from './request-paths.js';

/** What a volume is called in file systems that are to call it otherwise. What a file system cannot hold is refused here, not changed. */
export const volumeNameOptions = z
  .strictObject({
    iso9660: z
      .string()
      .regex(/^[A-Z0-9_]{1,32}$/, { error: 'must be 1 to 32 of A-Z, 0-9 and _' })
      .exactOptional(),
    joliet: z
      .string()
      .regex(/^[^\p{Cc}*/:;?\\]{1,16}$/u, {
        error: 'must be 1 to 16 characters, none of them * / : ; ? and \\',
      })
      .refine((name) => name.length <= 16 && isText(name), { error: 'must be 16 units of UTF-16 at most' })
      .exactOptional(),
    udf: z
      .string()
      .regex(/^\P{Cc}{1,63}$/u, { error: 'must be 1 to 63 characters without control characters' })
      .refine((name) => name.length <= 63 && isText(name), { error: 'must be 63 units of UTF-16 at most' })
      .exactOptional(),
  })
  .meta({
    id: 'VolumeNames',
    description:
      'Names of the volume for single file systems; others have the identifier, as far as they can hold it',
  });

interface Named {
  readonly volumeIdentifier: string;
  readonly volumeNames: z.infer<typeof volumeNameOptions>;
  readonly asciiNames: boolean;
}

/** What the volume is called in each file system that it may have. */
export const volumeNamesOf = ({ volumeIdentifier: said, volumeNames, asciiNames }: Named) => {
  const name = asciiNames ? asciiText(said) : said;
  return {
    iso9660: volumeNames.iso9660 ?? volumeIdentifier(said),
    joliet: volumeNames.joliet ?? jolietVolumeIdentifier(name),
    // Names hold characters, no halves of them.
    udf: volumeNames.udf ?? name.replaceAll(/\p{Surrogate}/gu, '_'),
  };
};
