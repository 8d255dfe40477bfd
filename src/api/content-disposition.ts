/** RFC 8187 §3.2.1: of what encodeURIComponent leaves these are no attr-char. */
const encoded = (name: string): string =>
  encodeURIComponent(name).replace(
    /['()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/**
 * RFC 6266: what is to be saved, and under which name. Whatever a quoted string cannot hold, or what readers take for an escape (appendix D), is
 * told by `filename*` alone. The name is well-formed Unicode.
 */
export const asAttachment = (name: string): string => {
  const plain = name.replace(/[^ -~]|["%\\]/gu, '_');
  const exact = plain === name ? '' : `; filename*=UTF-8''${encoded(name)}`;
  return `attachment; filename="${plain}"${exact}`;
};
