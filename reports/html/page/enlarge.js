/** Frames of a link with the class `enlarge` are shown px by px, above the page. */
export function startEnlarge() {
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element && event.target.closest('a.enlarge');
    if (!link) return;
    event.preventDefault();
    const dialog = document.createElement('dialog');
    dialog.className = 'lightbox';
    const close = document.createElement('button');
    close.type = 'button';
    close.textContent = 'Close';
    const frames = document.createElement('div');
    frames.append(...[...link.children].map((child) => child.cloneNode(true)));
    dialog.append(close, frames);
    dialog.setAttribute('aria-label', 'Frames px by px');
    // Anywhere beside the frames closes it.
    dialog.addEventListener('click', ({ target }) => {
      if (target === dialog || target === close) dialog.close();
    });
    dialog.addEventListener('close', () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  });
}
