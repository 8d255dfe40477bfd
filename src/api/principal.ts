import type { Scope } from './scopes.js';

/** Where a request came in. It decides what counts as a credential, whatever the request itself says. */
export type Listener = 'unix' | 'tcp';

/** Who asks. */
export interface Principal {
  /** `uid:1000` or `token:<id>`, as rows of the store carry it. */
  readonly id: string;
  readonly scopes: readonly Scope[];
  /** Of the token that stands for it. */
  readonly token: string | undefined;
  /** RFC 3339; when the token ends. */
  readonly expiresAt: string | undefined;
}
