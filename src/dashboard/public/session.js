import { ProblemError } from './api.js';
import { REAL_CLOCK } from './real-clock.js';

const RETRY_MS = 3000;

const isRefusal = ({ status }) => status === 401 || status === 403;

/**
 * Asks the daemon whose the token of this tab is, then connects; tries again for as long as it gets no answer. What is started takes the
 * place of what was: there is one connection at most, and answers to a token that another has followed are of no interest.
 *
 * `connect` makes the connection; `onOther` says that what is known was told to somebody else, `onSession` gets {scopes, problems}, `onLink`
 * what `keepConnected` tells as well, `onRefused` why the token is of no use.
 */
export const keepSession = (options) => {
  const { api, readToken, connect, onOther, onSession, onLink, onRefused, clock = REAL_CLOCK } = options;
  let starts = 0;
  let connection;
  let cancelRetry = () => undefined;
  let known = { token: undefined, scopes: [] };

  const stop = () => {
    starts += 1;
    cancelRetry();
    connection?.stop();
    connection = undefined;
  };

  /** Where to resume is of what that caller was told: another must be told all from the beginning. */
  const be = (caller) => {
    const isOther = caller.token !== known.token || caller.scopes.join() !== known.scopes.join();
    known = caller;
    if (isOther) onOther();
  };

  const failed = (problem) => {
    if (isRefusal(problem)) {
      onRefused(problem);
      return;
    }
    onLink({ is: 'reconnecting', since: clock.now(), retryAt: clock.now() + RETRY_MS });
    cancelRetry = clock.after(RETRY_MS, () => void start());
  };

  const start = async () => {
    stop();
    const own = starts;
    const token = readToken();
    if (token !== known.token) be({ token, scopes: [] });
    onLink({ is: 'connecting', since: clock.now() });
    try {
      const [{ scopes }, problems] = await Promise.all([api.get('/v1/whoami'), api.get('/problems.json')]);
      if (own !== starts) return;
      be({ token, scopes });
      onSession({ scopes, problems });
      connection = connect();
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      if (own === starts) failed(error.problem);
    }
  };

  return {
    start,
    stop,
    /** Does not wait any longer. */
    retryNow: () => (connection ? connection.retryNow() : void start()),
  };
};
