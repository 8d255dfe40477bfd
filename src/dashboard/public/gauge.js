import { h } from './dom.js';

/** How full something is, as a small bar; `fill` 0 to 1, or `undefined` where there is none. Below `low` it warns. */
export const gauge = (name, fill, low = 0) => {
  if (fill === undefined) return undefined;
  const percent = Math.round(fill * 100);
  return h(
    'div',
    {
      key: name,
      class: `gauge ${fill < low ? 'low' : ''}`,
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
