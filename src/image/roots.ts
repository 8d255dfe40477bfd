import { SpindleError } from '../errors.js';
import { closeRead } from '../os/close-read.js';
import { openRoot } from '../os/openat2.js';
import type { Root } from './image.js';

/** Descriptors of roots, opened when first asked for. */
export interface OpenRoots {
  /** Throws `root-unknown` for a name that nobody gave. */
  descriptor(name: string): number;
  close(): void;
}

export const openRoots = (roots: readonly Root[]): OpenRoots => {
  const open = new Map<string, number>();
  return {
    descriptor: (name) => {
      const known = open.get(name);
      if (known !== undefined) return known;
      const root = roots.find((candidate) => candidate.name === name);
      if (!root) throw new SpindleError('root-unknown', `There is no root named "${name}".`);
      const fd = openRoot(root.path);
      open.set(name, fd);
      return fd;
    },
    close: () => {
      for (const fd of open.values()) closeRead(fd);
      open.clear();
    },
  };
};
