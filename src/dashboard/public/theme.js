/** Dark unless somebody wants it light: kiosk screens tell the browser nothing of the room they stand in. */
const KEY = 'spindle-theme';

export const applyTheme = () => {
  document.documentElement.dataset.theme = localStorage.getItem(KEY) ?? 'dark';
};

export const switchTheme = () => {
  localStorage.setItem(KEY, document.documentElement.dataset.theme === 'light' ? 'dark' : 'light');
  applyTheme();
};
