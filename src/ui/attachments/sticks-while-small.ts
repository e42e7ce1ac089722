/**
 * For a bar that sticks to an edge: it only does so while it takes no more than a fifth of the window's height. On
 * low windows, and with large text, it scrolls with the page.
 */
export function sticksWhileSmall(element: HTMLElement): () => void {
  const look = (): void => {
    element.style.position = element.offsetHeight > innerHeight / 5 ? 'static' : '';
  };
  const observer = new ResizeObserver(look);
  observer.observe(element);
  addEventListener('resize', look);
  return () => {
    observer.disconnect();
    removeEventListener('resize', look);
  };
}
