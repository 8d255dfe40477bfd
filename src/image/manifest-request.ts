import { placeOnDisc } from './request-paths.js';

/** Where the manifest goes. */
export const manifestPlace = placeOnDisc
  .refine((path) => path !== '/', { error: 'must be a file, such as /SHA256SUMS' })
  .optional()
  .meta({
    description:
      'Record the SHA-256 of every file as this file of the disc, e.g. /SHA256SUMS, which `sha256sum -c` reads in the root of the disc; of every named stream, too, in lines `# stream SHA256  PATH:NAME` that sha256sum passes over, with backslash, colon and line ends escaped by a backslash. Every file is read once more for that, those of a session that is continued too, and full verification reads and compares each. Absent: no manifest',
  });
