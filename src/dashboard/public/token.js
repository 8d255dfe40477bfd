/**
 * The credential of this tab. It comes in the fragment of the address, which browsers send to nobody, and leaves the
 * address at once, so that it is in no history, screenshot or copied link.
 */
const KEY = 'spindle-token';

/** Whether there was one. */
export const takeToken = ({ location, history, sessionStorage }) => {
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  if (given === null) return false;
  sessionStorage.setItem(KEY, given);
  history.replaceState(null, '', location.pathname + location.search);
  return true;
};

export const readToken = () => sessionStorage.getItem(KEY) ?? undefined;
export const keepToken = (token) => sessionStorage.setItem(KEY, token);
export const forgetToken = () => sessionStorage.removeItem(KEY);
