import { permits, type Scope } from './scopes.js';

/** Resources that events are about, and the scope that lets one see them. */
export const TOPIC_SCOPES = {
  jobs: 'jobs:read',
  drives: 'status',
  images: 'jobs:read',
  tokens: 'admin',
  server: 'status',
} as const satisfies Record<string, Scope>;

export type TopicResource = keyof typeof TOPIC_SCOPES;

const resourceOf = (pattern: string): TopicResource =>
  pattern.slice(0, pattern.indexOf('/')) as TopicResource;

/** The first of the topics that these scopes do not let one see. */
export const forbiddenTopic = (patterns: readonly string[], scopes: readonly Scope[]): string | undefined =>
  patterns.find((pattern) => !permits(scopes, TOPIC_SCOPES[resourceOf(pattern)]));

/** Everything that these scopes let one see. */
export const visibleTopics = (scopes: readonly Scope[]): string[] =>
  Object.entries(TOPIC_SCOPES).flatMap(([resource, needed]) =>
    permits(scopes, needed) ? [`${resource}/*`] : [],
  );

export const matchesTopic = (patterns: ReadonlySet<string>, topic: string): boolean =>
  patterns.has(topic) || patterns.has(`${resourceOf(topic)}/*`);

/** Whether any of the patterns is about the resource. */
export const concerns = (patterns: ReadonlySet<string>, resource: string): boolean =>
  [...patterns].some((pattern) => pattern.startsWith(`${resource}/`));
