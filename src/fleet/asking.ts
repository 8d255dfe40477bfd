/**
 * Drives that are being asked whether they take a copy, each once at a time. One that is missed meanwhile may have been offered what there
 * was before: it is asked again afterwards, alone. A round would ask the others too, which would miss them in turn, and so on for as long as a
 * job waits.
 */
export class Asking {
  readonly #asked = new Map<string, Promise<void>>();
  readonly #missed = new Set<string>();

  /** Whether somebody is asking the drive at this moment; then it is missed. */
  misses(id: string): boolean {
    if (!this.#asked.has(id)) return false;
    this.#missed.add(id);
    return true;
  }

  /** `offer` never rejects; `again` is called after it where the drive was missed. */
  begin(id: string, offer: () => Promise<void>, again: () => void): void {
    const asked = offer().finally(() => {
      this.#asked.delete(id);
      if (this.#missed.delete(id)) again();
    });
    this.#asked.set(id, asked);
  }

  /** Resolves when nobody who is asked now is being asked any more. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#asked.values());
  }
}
