import type { Database } from 'better-sqlite3';

const statements = (db: Database) => ({
  epoch: db.prepare<[], { epoch: string }>('select epoch from meta'),
  nextGeneration: db.prepare<[], { generation: number }>(
    'update meta set generation = generation + 1 returning generation',
  ),
  tally: {
    jobs: db.prepare<[], Tally>('select state, count(*) as number from job group by state'),
    copies: db.prepare<[], Tally>('select state, count(*) as number from copy group by state'),
    attempts: db.prepare<[], Tally>('select state, count(*) as number from attempt group by state'),
    images: db.prepare<[], Tally>('select state, count(*) as number from image group by state'),
  },
});

interface Tally {
  readonly state: string;
  readonly number: number;
}

/** What is said of the database as a whole. */
export const metaTable = (db: Database) => {
  const sql = statements(db);
  return {
    epoch: (): string => sql.epoch.get()?.epoch ?? '',
    nextGeneration: (): number => sql.nextGeneration.get()?.generation ?? 0,
    /** How many are in each of the states; a state with none is 0. */
    tally: <S extends string>(of: keyof typeof sql.tally, states: readonly S[]): Record<S, number> => {
      const found = new Map(sql.tally[of].all().map(({ state, number }) => [state, number]));
      return Object.fromEntries(states.map((state) => [state, found.get(state) ?? 0])) as Record<S, number>;
    },
  };
};
