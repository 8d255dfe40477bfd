/** A row without its nulls: what a record calls absent, SQL calls null. */
export type Present<T> = { [K in keyof T as null extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as null extends T[K] ? K : never]?: Exclude<T[K], null>;
};

export const present = <T extends object>(row: T): Present<T> =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as Present<T>;

/** For a column that may be null. */
export const toJson = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));

/** A column that only this program has written, each time from such a value. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- says what the column holds
export const fromJson = <T>(text: string): T => JSON.parse(text) as T;

/** A record without the members that only some of its readers want. */
export const without = <T extends object, K extends keyof T>(
  record: T,
  ...keys: readonly K[]
): Omit<T, K> => {
  const rest = { ...record };
  for (const key of keys) Reflect.deleteProperty(rest, key);
  return rest;
};
