/** Nobody reads faster. */
const INTERVAL_MS = 250;

/** Does something at most four times a second; what comes between is left out. */
export const seldom = <Said extends unknown[]>(act: (...said: Said) => void): ((...said: Said) => void) => {
  let didAt = -Infinity;
  return (...said) => {
    const now = performance.now();
    if (now - didAt < INTERVAL_MS) return;
    didAt = now;
    act(...said);
  };
};
