import { z } from 'zod';

type Code = z.core.$ZodIssueCode;
type Issues = { readonly [C in Code]: Extract<z.core.$ZodRawIssue, { readonly code: C }> };

const KINDS: Readonly<Record<string, string>> = {
  int: 'a whole number',
  array: 'a list',
  object: 'an object',
  boolean: 'true or false',
};

/** What has a length has so many of these, instead of being that much. */
const UNITS: Readonly<Record<string, string>> = { string: 'characters', array: 'items' };

const limit = (origin: string, bound: number | bigint, side: string): string => {
  const unit = UNITS[origin];
  return unit === undefined ? `must be ${bound} or ${side}` : `must have ${bound} ${unit} or ${side}`;
};

/** Of a value that may be one of several things; which of them comes closest tells more. */
export const NO_FORM = 'has none of the forms that it may have';

/** What a value must be, to go behind the name of its field; what is not here, a schema says in words of its own. */
const SENTENCES: { readonly [C in Code]?: (issue: Issues[C]) => string } = {
  invalid_type: ({ expected, input }) =>
    input === undefined ? 'is missing' : `must be ${KINDS[expected] ?? `a ${expected}`}`,
  invalid_value: ({ values }) => `must be ${values.length > 1 ? 'one of ' : ''}${values.join(', ')}`,
  invalid_union: (issue) =>
    'options' in issue && Array.isArray(issue.options)
      ? `must be one of ${issue.options.map(String).join(', ')}`
      : NO_FORM,
  invalid_format: ({ pattern, format }) => `must have the form ${pattern ?? format}`,
  too_small: ({ origin, minimum }) =>
    origin in UNITS && minimum === 1 ? 'must not be empty' : limit(origin, minimum, 'more'),
  too_big: ({ origin, maximum }) => limit(origin, maximum, 'less'),
  not_multiple_of: ({ divisor }) => `must be a multiple of ${divisor}`,
};

const sentenceOf = <C extends Code>(code: C, issue: Issues[C]): string | undefined =>
  SENTENCES[code]?.(issue);

/** Has every schema of this process say plainly what is wrong. */
export const sayIssuesPlainly = (): void => {
  z.config({ customError: (issue) => sentenceOf(issue.code, issue) });
};
