import type { Bench } from './bench.js';
import { type MediumName, rowOf } from './media.js';

const ANY = 'any';

/** Drives of a bench, one of each model that some medium wants; each is made when it is wanted first. */
export class DrivesByModel {
  readonly #bench: Bench;
  readonly #drives = new Map<string, string>();

  constructor(bench: Bench) {
    this.#bench = bench;
  }

  async of(medium: MediumName): Promise<string> {
    const { model } = rowOf(medium);
    const known = this.#drives.get(model ?? ANY);
    if (known !== undefined) return known;
    const drive = await this.#bench.addDrive(model);
    this.#drives.set(model ?? ANY, drive);
    return drive;
  }

  /** Takes them off; what they have recorded is looked at for a moment after a job is over. */
  async remove(): Promise<void> {
    const { api } = this.#bench;
    for (const drive of this.#drives.values()) {
      await api.driveUntil(drive, ({ holding }) => holding === 'free');
      await api.delete(`/v1/virtual-drives/${drive}`);
    }
  }
}
