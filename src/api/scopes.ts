import { z } from 'zod';

/** What a token may be allowed; each route names the one that it needs. */
export const SCOPES = {
  status: 'See the server, the drives, what they say of themselves, their media and the names of the roots',
  'jobs:read': 'See jobs, images and plans',
  'jobs:write': 'Create, change and delete jobs, images and plans',
  'content:read': 'Read bytes: list roots, download images, files of drafts and virtual media',
  'drives:control': 'Trays, leases, switches, disc structures and virtual drives',
  'drives:commands': "Send commands of one's own to leased drives, where the configuration allows any",
  metrics: 'Read /metrics',
  admin: 'Everything, also tokens, the paths of roots and the leases of others',
} as const;

export type Scope = keyof typeof SCOPES;

export const ALL_SCOPES = Object.keys(SCOPES) as [Scope, ...Scope[]];

export const scope = z.enum(ALL_SCOPES).meta({ id: 'Scope' });

/** Members of the daemon's group, on the Unix socket: all that daily use needs. */
export const GROUP_SCOPES: readonly Scope[] = [
  'status',
  'jobs:read',
  'jobs:write',
  'content:read',
  'drives:control',
  'metrics',
];

export const permits = (granted: readonly Scope[], needed: Scope): boolean =>
  granted.includes(needed) || granted.includes('admin');
