import type { Finding } from './findings.js';
import type { ValidatedView } from './validated-view.js';

const lacking = (one: ValidatedView, other: ValidatedView): Finding[] => {
  const missing = [...one.contents].filter(([content]) => !other.contents.has(content));
  const [first] = missing;
  if (!first) return [];
  return [
    {
      code: 'views-differ',
      path: first[1],
      block: Number(first[0].split(':')[0]),
      detail: `${other.summary.view} lacks ${missing.length} contents that ${one.summary.view} has.`,
    },
  ];
};

/** ISO 9660 and UDF of one volume must lead to the same contents. What stands in entries of UDF lies nowhere else. */
export const bridgeDifferences = (iso: ValidatedView, udf: ValidatedView): Finding[] => [
  ...lacking(iso, udf),
  ...lacking(udf, iso),
];
