import { closeSync } from 'node:fs';

import { os } from './native.js';
import { openPlaceBeneath } from './openat2.js';

/** Attributes in the namespace of users, without its prefix; xattr(7). */
const PREFIX = 'user.';

/** What users have attached to a file or a directory, by name. A link is not followed, and has none. */
export const userAttributes = (directory: number, name: string): [name: string, value: Uint8Array][] => {
  const found = os.extendedAttributes(directory, name);
  const attributes: [string, Uint8Array][] = [];
  for (let at = 0; at < found.length; at += 2) {
    const key = found[at] as string;
    if (key.startsWith(PREFIX)) attributes.push([key.slice(PREFIX.length), found[at + 1] as Uint8Array]);
  }
  return attributes;
};

/** The same of a path beneath a directory, or of the directory; fails as opening it does. */
export const attributesAt = (root: number, path: string): ReturnType<typeof userAttributes> => {
  const nameAt = path.lastIndexOf('/') + 1;
  const fd = openPlaceBeneath(root, path.slice(0, nameAt));
  try {
    return userAttributes(fd, path.slice(nameAt) || '.');
  } finally {
    closeSync(fd);
  }
};
