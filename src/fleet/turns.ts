/** What is asked of one thing is done one after the other; what is asked of others does not wait for it. */
export const createTurns = (): (<T>(id: string, act: () => Promise<T>) => Promise<T>) => {
  const last = new Map<string, Promise<unknown>>();
  return (id, act) => {
    const before = last.get(id) ?? Promise.resolve();
    const turn = before.then(act, act);
    const end = turn
      .catch(() => undefined)
      .then(() => {
        if (last.get(id) === end) last.delete(id);
      });
    last.set(id, end);
    return turn;
  };
};
