/** What a row of a family says: of a kind of medium, and of a blank of it as shops sell it. */

/** The numbers by which the recording of one kind of medium differs. */
export interface KindSpec {
  readonly family: 'cd' | 'dvd' | 'bd' | 'disk';
  /** MMC-5 Profile List feature: as a recorder and as a mere reader presents the medium. */
  readonly profile: number;
  readonly readOnlyProfile: number;
  /** `sequential`: only at the next writable address. `random`: anywhere, once formatted. */
  readonly recording: 'sequential' | 'random';
  /** BLANK or a new recording in place brings the blocks back. */
  readonly erasable: boolean;
  /** Blocks per ECC block, to which fragments and padding are aligned; 1 on CD. */
  readonly eccBlocks: number;
  readonly maxTracksPerSession: number;
  /** Tracks that can be open at the same time; absent where nothing limits them but their number. */
  readonly maxOpenTracks?: number;
  readonly maxSessions: number;
  /** Functions of CLOSE TRACK/SESSION that the medium knows (MMC-5 §6.3, Pioneer's command references). */
  readonly closeFunctions: readonly number[];
  /** Test Write of mode page 05h is honoured. */
  readonly testWrite: boolean;
  /** kB/s (1,000 bytes) of user data at 1x, and the speeds offered, fastest first. */
  readonly singleSpeedKBps: number;
  readonly speeds: readonly number[];
  /** Of two layers the second one is recorded backwards over the first: only the whole has a capacity. */
  readonly layers?: 2;
  /** FORMAT UNIT answers when the beginning is done, and the drive formats on while it is idle. */
  readonly formatsInBackground?: true;
  /** A new medium has its format already. */
  readonly soldFormatted?: true;
  /** The drive reads back what it wrote, at half the speed, unless the host streams (DVD-RAM). */
  readonly verifiesWrites?: true;
  /** Write types of mode page 05h that record it; absent where that page means nothing, and on CD. */
  readonly writeTypes?: readonly number[];
  /** Blocks between two borders: behind the first, behind each later one. */
  readonly borderGaps?: { readonly first: number; readonly later: number };
  /** What the medium is once it was formatted (DVD-RW), or when its layers are recorded in jumps (DVD-R DL). */
  readonly formattedKind?: string;
  readonly jumpingKind?: string;
}

/** A row that FORMAT UNIT offers (MMC-5 §6.5, READ FORMAT CAPACITIES §6.24). */
export interface FormatSpec {
  readonly type: number;
  readonly blocks: number;
  /** Spare clusters or block length, as the type has it. */
  readonly typeDependent: number;
}

/** ATIP of a CD: where the lead-in starts names the maker (minutes, seconds, frames, binary). */
interface AtipIdentity {
  readonly leadIn: readonly [number, number, number];
  /** CD-RW sub-type: 0 standard, 1 high, 2 ultra speed. */
  readonly subType: number;
}

/** ADIP of DVD+R and DVD+RW, DI of BD: eight and three, or six and three characters, and a revision. */
interface PregrooveIdentity {
  readonly manufacturer: string;
  readonly type: string;
  readonly revision: number;
}

/**
 * Pre-recorded information of DVD-R and DVD-RW: two parts of six characters name the maker. `physicalCode` and
 * `partVersion` as the medium's book has them.
 */
interface PrerecordedIdentity {
  readonly manufacturer: readonly [string, string];
  readonly physicalCode: number;
  readonly partVersion: number;
  readonly layers: 1 | 2;
}

/** A blank. */
export interface MediumSpec<Kind extends string = string> {
  readonly kind: Kind;
  readonly title: string;
  /** Blocks: the last possible lead-out, or all user blocks without spares (DVD-RAM: with those it is sold with). */
  readonly capacity: number;
  /** Of BD; absent means one. */
  readonly layers?: number;
  readonly atip?: AtipIdentity;
  readonly pregroove?: PregrooveIdentity;
  readonly prerecorded?: PrerecordedIdentity;
  readonly formats?: readonly FormatSpec[];
  /** Of one block, where that is not 2,048; `capacity` counts these. */
  readonly blockBytes?: number;
  /** It lies in a cartridge, whose tab protects it. */
  readonly cartridge?: true;
}
