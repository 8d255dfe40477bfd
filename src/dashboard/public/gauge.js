import { h } from './dom.js';

/** Below this a buffer runs dry soon. */
const LOW = 0.25;

/** How full something is, as a small bar; `fill` 0 to 1, or `undefined` where there is none. */
export const gauge = (name, fill) => {
  if (fill === undefined) return undefined;
  const percent = Math.round(fill * 100);
  return h(
    'div',
    {
      key: name,
      class: `gauge ${fill < LOW ? 'low' : ''}`,
      role: 'meter',
      'aria-label': name,
      'aria-valuemin': 0,
      'aria-valuemax': 100,
      'aria-valuenow': percent,
    },
    h('span', { class: 'gauge-name' }, name),
    h(
      'span',
      { class: 'gauge-track' },
      h('span', { class: 'gauge-fill', style: { '--fill': String(fill) } }),
    ),
    h('span', { class: 'gauge-value' }, `${percent} %`),
  );
};
