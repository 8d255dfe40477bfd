/**
 * How a drive turns a medium while it records it. At constant angular velocity (CAV) it gets faster towards the edge; in zones of constant
 * linear velocity (ZCLV) it does so by steps; with partial CAV until it is at its full speed.
 */

/** Radii of the first and the last block, in mm: Pioneer's command reference has a CAV drive begin at 240/585 of its full speed. */
const RADIUS = { inner: 24, outer: 58.5 } as const;

/** Speeds are multiples of the medium's single speed. */
export type Turning =
  | { readonly by: 'cav' }
  /** `inner`: with which it begins. */
  | { readonly by: 'pcav'; readonly inner: number }
  /** The steps before the full speed, slowest first. */
  | { readonly by: 'zclv'; readonly steps: readonly number[] };

/** Blocks from the first to the last one; kB/s of 1,000 bytes there. In between the speed grows or falls evenly. */
export interface Zone {
  readonly start: number;
  readonly end: number;
  readonly startKBps: number;
  readonly endKBps: number;
}

/** A part of a layer, from the inside out: share of its blocks at which it begins and ends, multiples of the single speed. */
interface Part {
  readonly from: number;
  readonly to: number;
  readonly slow: number;
  readonly fast: number;
}

/** Blocks lie equally dense: their number within a radius grows with its square. */
const shareWithin = (radius: number): number =>
  (radius ** 2 - RADIUS.inner ** 2) / (RADIUS.outer ** 2 - RADIUS.inner ** 2);

/** Share of the blocks before a drive whose motor gives `inner` at the first one can go at `speed`. */
const shareBefore = (speed: number, inner: number): number =>
  Math.min(1, Math.max(0, shareWithin((RADIUS.inner * speed) / inner)));

const PARTS: {
  readonly [By in Turning['by']]: (turning: Extract<Turning, { by: By }>, full: number) => Part[];
} = {
  cav: (_, full) => [{ from: 0, to: 1, slow: (full * RADIUS.inner) / RADIUS.outer, fast: full }],
  pcav: ({ inner }, full) => {
    const reached = shareBefore(full, inner);
    return [
      { from: 0, to: reached, slow: inner, fast: full },
      { from: reached, to: 1, slow: full, fast: full },
    ];
  },
  // Each step is taken where the motor, as fast as it is at the first block, gives the next one (unverified).
  zclv: ({ steps }, full) => {
    const speeds = [...steps, full];
    const [inner = full] = speeds;
    return speeds.map((speed, at) => {
      const next = speeds[at + 1];
      return {
        from: shareBefore(speed, inner),
        to: next === undefined ? 1 : shareBefore(next, inner),
        slow: speed,
        fast: speed,
      };
    });
  },
};

export const isCav = (turning: Turning | undefined): boolean => turning?.by === 'cav';

/** Write rotation control of MMC-5 §6.8.3: 1 is pure CAV, 0 whatever else. */
export const rotationControl = (turning: Turning | undefined): number => (isCav(turning) ? 1 : 0);

export interface Surface {
  /** Blocks of all layers. */
  readonly blocks: number;
  /** Every second one is recorded from the outside in. */
  readonly layers: number;
}

/** Where a medium is recorded how fast; `full` is a multiple of the single speed. */
export const zonesOf = (
  { blocks, layers }: Surface,
  { full, singleSpeedKBps, turning }: { full: number; singleSpeedKBps: number; turning: Turning | undefined },
): Zone[] => {
  const kBps = (speed: number): number => Math.floor(speed * singleSpeedKBps);
  if (turning === undefined)
    return [{ start: 0, end: blocks - 1, startKBps: kBps(full), endKBps: kBps(full) }];
  const parts = PARTS[turning.by](turning as never, full);
  const layerBlocks = blocks / layers;
  return Array.from({ length: layers }, (_, layer) => {
    const place = (share: number): number => Math.round((layer + share) * layerBlocks);
    return layer % 2 === 0
      ? parts.map(({ from, to, slow, fast }) => ({
          start: place(from),
          end: place(to) - 1,
          startKBps: kBps(slow),
          endKBps: kBps(fast),
        }))
      : parts.toReversed().map(({ from, to, slow, fast }) => ({
          start: place(1 - to),
          end: place(1 - from) - 1,
          startKBps: kBps(fast),
          endKBps: kBps(slow),
        }));
  })
    .flat()
    .filter(({ start, end }) => end >= start);
};

/** kB/s at a block; that of the last zone behind its end. */
export const speedAt = (zones: readonly Zone[], block: number): number => {
  const zone = zones.find(({ end }) => block <= end) ?? zones.at(-1);
  if (zone === undefined) return 0;
  const { start, end, startKBps, endKBps } = zone;
  const share = end === start ? 0 : Math.min(1, Math.max(0, (block - start) / (end - start)));
  return startKBps + share * (endKBps - startKBps);
};
