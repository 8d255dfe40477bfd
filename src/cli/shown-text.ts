/** Names that strangers have made as a terminal may get them: what would command it is replaced. */
export const shownText = (text: string): string => text.replaceAll(/\p{Cc}/gu, '\u{FFFD}');
