/** The clock of what the dashboard does later; the test moves it. */
export const manualClock = () => {
  let timers: { at: number; act: () => void }[] = [];
  let now = 0;
  return {
    now: () => now,
    random: () => 1,
    after: (ms: number, act: () => void) => {
      const timer = { at: now + ms, act };
      timers.push(timer);
      return () => (timers = timers.filter((other) => other !== timer));
    },
    advance: (ms: number) => {
      now += ms;
      const due = timers.filter(({ at }) => at <= now);
      timers = timers.filter(({ at }) => at > now);
      for (const { act } of due) act();
    },
  };
};
