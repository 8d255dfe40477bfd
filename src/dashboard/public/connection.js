import { REAL_CLOCK } from './real-clock.js';

/**
 * The WebSocket to /v1/events, kept up for as long as the page is open.
 *
 *   connecting ─► live ─► reconnecting ⇄ connecting      refused: only another token helps
 */

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 15_000;
const WELCOME_MS = 10_000;

/** Closes after which coming back with the same credential is no use. */
const REFUSALS = { 4401: 'unauthenticated', 4403: 'forbidden' };
const TOO_MANY = 4429;

/** Half of it is left to chance, so that a hundred screens do not come back in the same moment. */
const retryDelay = (failures, code, random) => {
  const longest = code === TOO_MANY ? LAST_RETRY_MS : FIRST_RETRY_MS * 2 ** failures;
  return Math.min(LAST_RETRY_MS, longest) * (0.5 + random() / 2);
};

/**
 * Connects, and again whenever the connection is lost. `hello` gives the first frame, with where to resume;
 * `onFrame` gets each frame, `onLink` what the connection is: {is, since, retryAt?, why?}.
 */
export const keepConnected = ({ openSocket, hello, onFrame, onLink, clock = REAL_CLOCK }) => {
  let socket;
  let failures = 0;
  let cancelTimer = () => undefined;
  let heardSincePing = true;

  const later = (ms, act) => {
    cancelTimer();
    cancelTimer = clock.after(ms, act);
  };
  const tell = (is, rest) => onLink({ is, since: clock.now(), ...rest });

  /** The socket may take minutes to notice that nobody is there; what it still says is of no interest. */
  const drop = () => {
    cancelTimer();
    const dropped = socket;
    socket = undefined;
    dropped?.close();
  };

  const lost = (code) => {
    drop();
    const why = REFUSALS[code];
    if (why) return tell('refused', { why });
    const delay = retryDelay(failures, code, clock.random);
    failures += 1;
    tell('reconnecting', { retryAt: clock.now() + delay });
    later(delay, open);
  };

  const beat = (heartbeatMs) => {
    if (!heardSincePing) return lost();
    heardSincePing = false;
    socket.send(JSON.stringify({ op: 'ping' }));
    later(heartbeatMs, () => beat(heartbeatMs));
  };

  const receive = (frame) => {
    heardSincePing = true;
    onFrame(frame);
    if (frame.op !== 'welcome') return;
    failures = 0;
    tell('live');
    later(frame.heartbeatMs, () => beat(frame.heartbeatMs));
  };

  const open = () => {
    const opened = openSocket();
    socket = opened;
    const ifCurrent = (act) => (event) => {
      if (socket === opened) act(event);
    };
    opened.onopen = ifCurrent(() => opened.send(JSON.stringify(hello())));
    opened.onmessage = ifCurrent(({ data }) => receive(JSON.parse(data)));
    opened.onclose = ifCurrent(({ code }) => lost(code));
    later(WELCOME_MS, () => lost());
  };

  const start = () => {
    drop();
    tell('connecting');
    open();
  };
  start();
  return {
    /** Does not wait any longer. */
    retryNow: start,
    stop: drop,
  };
};
