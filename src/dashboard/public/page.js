import { confirmDialog } from './confirm-dialog.js';
import { h } from './dom.js';
import { driveTile } from './drive-tile.js';
import { jobDialog } from './job-dialog.js';
import { problemBox } from './problem-box.js';
import { queue } from './queue.js';
import { signIn } from './sign-in.js';
import { cutBanner, topBar } from './top-bar.js';

/** From here on tiles are small. */
const MANY = 6;

const byName = (a, b) => a.name.localeCompare(b.name, 'en', { numeric: true });

const nothing = ({ state }) =>
  h(
    'p',
    { key: 'none', class: 'nothing' },
    state.awaiting.includes('drives')
      ? 'Asking the daemon…'
      : 'No drives. Connect one, or make a virtual one over the API.',
  );

const drives = (model) => {
  const all = [...model.state.drives.values()].sort(byName);
  return h(
    'section',
    { key: 'drives', class: 'drives', 'aria-labelledby': 'drives-heading' },
    h('h2', { key: 'heading', id: 'drives-heading', class: 'visually-hidden' }, 'Drives'),
    all.length === 0
      ? nothing(model)
      : h(
          'div',
          { key: 'grid', class: `grid ${all.length > MANY ? 'many' : ''}`, 'data-count': all.length },
          all.map((drive) => driveTile(drive, model)),
        ),
  );
};

/** What has just failed or been done; goes away by itself or at a click. */
const notice = ({ notice: current, problems, actions }) =>
  current &&
  h(
    'div',
    { key: 'notice', class: 'notice', role: 'alert' },
    current.problem ? problemBox(current.problem, problems, 'brief') : h('p', {}, current.text),
    h('button', { type: 'button', class: 'small', onclick: actions.dismissNotice }, 'OK'),
  );

/** Everything that is to be seen, from everything that is known. */
export const page = (model) => {
  const { link, route, detail, confirm, spoken, refused } = model;
  const said = notice(model);
  if (refused) return [signIn(refused, model)];
  return [
    h('a', { key: 'skip', class: 'skip', href: '#/', onclick: model.actions.skip }, 'To the drives'),
    topBar(model),
    cutBanner(model),
    h(
      'main',
      { key: 'main', id: 'main', tabindex: -1, class: `wall ${link.is === 'live' ? '' : 'frozen'}` },
      drives(model),
      model.sees('jobs') && queue(model),
    ),
    route.job && jobDialog(route.job, { detail, said }, model),
    confirm && confirmDialog(confirm, model),
    // Beneath a dialog it could be neither seen well nor clicked.
    !route.job && said,
    h('div', { key: 'spoken', class: 'visually-hidden', role: 'status' }, spoken),
  ];
};
