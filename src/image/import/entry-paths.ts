/** Paths of the directories of a volume, and of what lies in them, by their numbers. */
export class EntryPaths {
  readonly #places = new Map<number, { readonly parent: number; readonly name: string }>([
    [0, { parent: 0, name: '' }],
  ]);

  add(id: number, parent: number, name: string): void {
    this.#places.set(id, { parent, name });
  }

  /** Of a directory, or of an entry of it. */
  of(id: number, name?: string): string {
    const names: string[] = name === undefined ? [] : [name];
    for (let at = id; at !== 0;) {
      const place = this.#places.get(at);
      if (place === undefined) break;
      names.unshift(place.name);
      at = place.parent;
    }
    return `/${names.join('/')}`;
  }
}
