import type { IsoEntry } from './iso-entry.js';

/** All that hard links of one file have in common. A serial number alone does not do: who writes none writes 0, or the same one everywhere. */
const commonTo = ({ kind, size, runs, target, rockRidge }: IsoEntry): string => {
  const { serial = 0, mode, userId, groupId, modifiedNs, device } = rockRidge;
  const places = runs.map(({ block, bytes }) => `${block}+${bytes}`).join();
  const node = device && `${device.high}:${device.low}`;
  return [serial, kind, mode, userId, groupId, modifiedNs, size, places, node, target].join();
};

/**
 * Tells which entries of ISO 9660 are one file. Those of several names are one where Rock Ridge gives them one serial number or, by writers
 * that give none, one content. Where nothing is in a file its block says nothing: genisoimage gives it that of the next one, others give all of
 * them the same.
 */
export class FileIdentities {
  readonly #known = new Map<string, number>();

  /** A number that only its hard links share. */
  of(entry: IsoEntry): number {
    const { id, kind, size, rockRidge } = entry;
    const { links = 1, serial = 0 } = rockRidge;
    if (kind === 'directory' || links < 2 || (serial === 0 && size === 0)) return id;
    const common = commonTo(entry);
    const first = this.#known.get(common) ?? id;
    this.#known.set(common, first);
    return first;
  }
}
