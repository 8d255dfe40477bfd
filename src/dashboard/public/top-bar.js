import { disc } from './disc.js';
import { h } from './dom.js';
import { formatDuration } from './format.js';
import { openJobs } from './queue.js';

const count = ([one, many], number, tone) =>
  h(
    'div',
    { key: many, class: 'count', 'data-tone': number > 0 ? tone : 'off' },
    h('strong', {}, String(number)),
    h('span', {}, number === 1 ? one : many),
  );

const counts = ({ drives, jobs }) => {
  const all = [...drives.values()];
  const open = openJobs(jobs);
  return h(
    'div',
    { key: 'counts', class: 'counts' },
    count(['drive', 'drives'], all.length, 'idle'),
    count(['working', 'working'], all.filter(({ attempt }) => attempt).length, 'write'),
    count(['job', 'jobs'], open.length, 'idle'),
    count(['needs you', 'need you'], open.filter(({ state }) => state === 'waiting').length, 'warn'),
  );
};

const LINKS = {
  connecting: { word: 'Connecting', tone: 'work' },
  live: { word: 'Live', tone: 'good' },
  reconnecting: { word: 'Reconnecting', tone: 'warn' },
};

const linkState = ({ is }) => {
  const { word, tone } = LINKS[is] ?? LINKS.connecting;
  return h('span', { key: 'link', class: 'link', 'data-tone': tone, 'data-link': is }, word);
};

const clock = (now) => {
  const text = new Date(now).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  return h('time', { key: 'clock', class: 'clock' }, text);
};

export const topBar = ({ state, link, now, actions }) =>
  h(
    'header',
    { key: 'top', class: 'top-bar' },
    h('h1', { key: 'name' }, disc({ tone: 'ready', mark: 'none', fill: 0.45 }, 'logo'), 'Spindle'),
    counts(state),
    h(
      'div',
      { key: 'right', class: 'top-right' },
      linkState(link),
      clock(now),
      h(
        'button',
        {
          key: 'theme',
          type: 'button',
          class: 'theme',
          'aria-label': 'Light or dark',
          onclick: actions.switchTheme,
        },
        '◐',
      ),
    ),
  );

/** Says that what is seen is not of this moment. */
export const cutBanner = ({ link, lastLive, now, actions }) => {
  if (link.is === 'live' || lastLive === undefined) return undefined;
  const wait = link.retryAt === undefined ? 0 : Math.max(0, link.retryAt - now);
  return h(
    'div',
    { key: 'cut', class: 'banner', role: 'alert' },
    h('strong', {}, 'The daemon does not answer. '),
    h(
      'span',
      { key: 'what' },
      'Drives that record go on recording; this is how things were when it last answered. ',
    ),
    // Changes each second: nobody wants to hear it.
    h(
      'span',
      { key: 'when', 'aria-hidden': 'true' },
      `That was ${formatDuration(now - lastLive)} ago. `,
      wait > 999 ? `Next try in ${formatDuration(wait)}. ` : 'Trying now… ',
    ),
    h('button', { key: 'now', type: 'button', class: 'small', onclick: actions.retryNow }, 'Try now'),
  );
};
