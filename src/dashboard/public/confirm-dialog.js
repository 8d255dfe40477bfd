import { h } from './dom.js';
import { showModal } from './modal.js';
import { problemBox } from './problem-box.js';

/** Asks before something that cannot be undone: {title, text, problem?, word, act}. The harmless answer has the focus. */
export const confirmDialog = ({ title, text, problem, word, act }, { problems, actions }) =>
  h(
    'dialog',
    {
      key: 'confirm',
      class: 'confirm-dialog',
      role: 'alertdialog',
      'aria-labelledby': 'confirm-title',
      'aria-describedby': 'confirm-text',
      mounted: showModal,
      oncancel: (event) => {
        event.preventDefault();
        actions.dismiss();
      },
    },
    h(
      'div',
      { key: 'content', class: 'dialog-content' },
      h('h2', { id: 'confirm-title' }, title),
      problem && problemBox(problem, problems),
      h('p', { key: 'text', id: 'confirm-text' }, text),
    ),
    h(
      'div',
      { key: 'buttons', class: 'buttons' },
      h('button', { key: 'no', type: 'button', autofocus: true, onclick: actions.dismiss }, 'Go back'),
      h('button', { key: 'yes', type: 'button', class: 'danger', onclick: act }, word),
    ),
  );
