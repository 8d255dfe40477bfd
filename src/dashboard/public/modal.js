const takesIt = (element) => {
  if (!element) return false;
  element.focus({ preventScroll: true });
  return document.activeElement === element;
};

/** A list may have been made anew meanwhile, with another link to the same. */
const sameLink = (opener) =>
  opener instanceof HTMLAnchorElement
    ? document.querySelector(`a[href="${CSS.escape(opener.getAttribute('href'))}"]`)
    : undefined;

/**
 * For `mounted`: shows a dialog above everything. Once it is gone, the keyboard is where it was before, or as near to that as can be; a dialog
 * that is only removed, and not closed, gives it to nobody.
 */
export const showModal = (dialog) => {
  const opener = document.activeElement;
  dialog.showModal();
  return () => {
    if (document.activeElement !== document.body) return;
    const places = [
      opener !== document.body && opener,
      sameLink(opener),
      document.querySelector('dialog[open] .dialog-content'),
      document.getElementById('main'),
    ];
    places.some(takesIt);
  };
};
