import { h } from './dom.js';
import { problemBox } from './problem-box.js';

const COMMAND = 'spindle token create dashboard';

/** Where there is no token, or one that is of no use: says how one is made and takes it. */
export const signIn = ({ problem, hadToken }, { actions, problems }) =>
  h(
    'main',
    { key: 'sign-in', class: 'sign-in', id: 'main' },
    h('h1', { key: 'title' }, 'Spindle'),
    h(
      'p',
      { key: 'lead' },
      'This page shows the drives and the queue of a burn daemon. It needs a token to do so.',
    ),
    hadToken && problem && problemBox(problem, problems, 'brief'),
    h(
      'ol',
      { key: 'steps', class: 'steps' },
      h('li', {}, 'On the machine that has the drives, type', h('pre', {}, h('code', {}, COMMAND))),
      h('li', {}, 'Put the token that it prints here:'),
    ),
    h(
      'form',
      {
        key: 'form',
        onsubmit: (event) => {
          event.preventDefault();
          actions.signIn(new FormData(event.currentTarget).get('token').trim());
        },
      },
      h('label', { for: 'token' }, 'Token'),
      h('input', {
        id: 'token',
        name: 'token',
        type: 'password',
        required: true,
        autocomplete: 'off',
        spellcheck: 'false',
        placeholder: 'sp_…',
      }),
      h('button', { type: 'submit', class: 'primary' }, 'Show the drives'),
    ),
    h(
      'p',
      { key: 'note', class: 'nothing' },
      'The token stays in this tab and is forgotten when it is closed. An address that ends with ',
      h('code', {}, '#token=…'),
      ' signs in by itself.',
    ),
  );
