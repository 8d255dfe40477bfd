/** Whether the work was done in time. What fails is done, too; work that is late goes on unwatched. */
export const within = async (limitMs: number, work: Promise<unknown>): Promise<boolean> => {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => {
      resolve(false);
    }, limitMs);
  });
  const done = (): boolean => true;
  try {
    return await Promise.race([work.then(done, done), limit]);
  } finally {
    clearTimeout(timer);
  }
};
