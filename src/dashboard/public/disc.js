import { h } from './dom.js';

/**
 * A disc as seen from below, recorded from the inside outwards as discs are. Its area tells how much: the radius
 * grows with the root.
 */

const HOLE = 14;
const INNER = 36;
const EDGE = 92;
const GROOVES = [50, 64, 78];

const radiusAt = (fill) => Math.sqrt(INNER ** 2 + fill * (EDGE ** 2 - INNER ** 2));

const ring = (name, from, to) =>
  h('circle', {
    key: name,
    class: name,
    cx: 100,
    cy: 100,
    r: ((from + to) / 2).toFixed(2),
    'stroke-width': (to - from).toFixed(2),
  });

const circle = (name, r) => h('circle', { key: name, class: name, cx: 100, cy: 100, r: r.toFixed(2) });

const MARKS = {
  good: 'M64 102 L90 128 L138 74',
  bad: 'M68 68 L132 132 M132 68 L68 132',
  fault: 'M100 58 V112 M100 134 V138',
  doubt: 'M78 80 A22 22 0 1 1 104 101 Q100 104 100 114 M100 134 V137',
  lock: 'M74 94 V80 A26 26 0 0 1 126 80 V94 M62 98 H138 V144 H62 Z',
  absent: 'M70 100 H130',
  open: 'M72 112 H128 M100 62 V96 M84 80 L100 62 L116 80',
};

const markOf = (mark) => {
  const path = MARKS[mark];
  return path && h('path', { key: `mark-${mark}`, class: 'mark', d: path });
};

/** Decoration: the words and numbers beside it say the same. */
export const disc = ({ tone, mark, fill, spins }, large) =>
  h(
    'svg',
    {
      class: `disc ${large ?? ''} ${mark === 'empty' || mark === 'absent' ? 'hollow' : ''} ${spins ? 'spins' : ''}`,
      'data-tone': tone,
      viewBox: '0 0 200 200',
      'aria-hidden': 'true',
      focusable: 'false',
    },
    ring('surface', INNER, EDGE),
    h('g', { key: 'sheen', class: 'sheen' }, [
      h('path', { key: 'a', d: 'M100 100 L160 24 A97 97 0 0 1 188 60 Z' }),
      h('path', { key: 'b', d: 'M100 100 L40 176 A97 97 0 0 1 12 140 Z' }),
    ]),
    GROOVES.map((r) => h('circle', { key: `groove-${r}`, class: 'groove', cx: 100, cy: 100, r })),
    // A mark wants a full disc behind it.
    fill > 0 && ring('recorded', fill === 1 && mark in MARKS ? 0 : INNER, radiusAt(fill)),
    spins && fill > 0 && fill < 1 && circle('laser', radiusAt(fill)),
    circle('rim', EDGE + 5),
    circle('hub', HOLE),
    markOf(mark),
  );
