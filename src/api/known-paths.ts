/** Which methods a path knows, so that a wrong method is told from a wrong address. */
export interface KnownPaths {
  add(pattern: string, methods: readonly string[]): void;
  /** In alphabetical order; empty when there is no such path. */
  methodsOf(path: string): string[];
}

/** `/v1/jobs/:id/copies` as an expression; addresses with wildcards are files, which only know GET and HEAD. */
const expressionOf = (pattern: string): RegExp =>
  new RegExp(`^${pattern.replaceAll(/[.+?^$()[\]{}|\\]/g, '\\$&').replaceAll(/:[A-Za-z]+/g, '[^/]+')}$`);

export const createKnownPaths = (): KnownPaths => {
  const known = new Map<string, { expression: RegExp; methods: Set<string> }>();
  return {
    add: (pattern, methods) => {
      if (pattern.includes('*')) return;
      const entry = known.get(pattern) ?? { expression: expressionOf(pattern), methods: new Set() };
      for (const method of methods) entry.methods.add(method);
      known.set(pattern, entry);
    },
    methodsOf: (path) =>
      [...known.values()]
        .filter(({ expression }) => expression.test(path))
        .flatMap(({ methods }) => [...methods])
        .sort(),
  };
};
