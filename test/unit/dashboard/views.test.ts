import { describe, expect, it } from 'vitest';
import { driveTile } from '../../../src/dashboard/public/drive-tile.js';
import { UNKNOWN } from '../../../src/dashboard/public/state.js';
import { cutBanner } from '../../../src/dashboard/public/top-bar.js';

interface Described {
  tag: string;
  props: Record<string, unknown>;
  children: (Described | string)[];
}
type View = (...given: never[]) => Described;

const isHidden = ({ props }: Described) => props['aria-hidden'] === 'true';

/** What a screen reader says of it. */
const heard = (child: Described | string): string => {
  if (typeof child === 'string') return child;
  return isHidden(child) ? '' : child.children.map(heard).join('');
};

const elements = (of: Described): Described[] => [
  of,
  ...of.children.flatMap((child) => (typeof child === 'string' ? [] : elements(child))),
];

const buttons = (of: Described) => elements(of).filter(({ tag }) => tag === 'button');

describe('the banner of a lost connection', () => {
  const bannerAt = (now: number) =>
    (cutBanner as unknown as View)({
      link: { is: 'reconnecting', retryAt: 20_000 },
      lastLive: 0,
      now,
      actions: {},
    } as never);

  it('is read out once, and not each second', () => {
    expect(heard(bannerAt(5000))).toContain('The daemon does not answer');
    expect(heard(bannerAt(6000))).toBe(heard(bannerAt(5000)));
    expect(JSON.stringify(bannerAt(6000))).not.toBe(JSON.stringify(bannerAt(5000)));
  });
});

describe('the tray of a drive', () => {
  const offered = (differences: object): string[] => {
    const drive = { id: 'd1', name: 'bay-1', enabled: true, accepting: true, transport: 'sg', identity: {} };
    const model = { state: UNKNOWN, problems: {}, actions: {}, may: () => true };
    const tile = (driveTile as unknown as View)({ ...drive, ...differences } as never, model as never);
    return buttons(tile).map(heard);
  };

  it.each([
    ['holds a disc', { holding: 'free', contents: 'ready' }],
    ['is empty, for a disc to be put in', { holding: 'free', contents: 'empty' }],
    ['does not get done with reading a disc in', { holding: 'free', contents: 'loading' }],
    ['answers nothing sensible', { holding: 'faulted' }],
  ])('can be opened where it %s', (_, drive) => {
    expect(offered(drive)).toEqual(['Eject']);
  });

  it.each([
    ['is at work', { holding: 'busy', contents: 'ready', attempt: {} }],
    ['is somebody’s', { holding: 'leased', contents: 'ready' }],
    ['is used elsewhere', { holding: 'foreign-busy', contents: 'ready' }],
    ['is not there', { holding: 'absent' }],
    ['is open, and has no motor', { holding: 'free', contents: 'open' }],
  ])('is left alone where it %s', (_, drive) => {
    expect(offered(drive)).toEqual([]);
  });

  it('can be closed where it is open', () => {
    const capabilities = { canLoad: true };
    expect(offered({ holding: 'free', contents: 'open', capabilities })).toEqual(['Close tray']);
  });
});
