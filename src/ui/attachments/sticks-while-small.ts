/**
 * For a bar that sticks to an edge: it only does so while it takes no more than a fifth of the window's height. On
 * low windows, and with large text, it scrolls with the page.
 * @param covered custom property of the document that says how much of that edge the bar covers: what else sticks to it
 * stands beside the bar, and what gets the focus is scrolled out from under it
 */
export function sticksWhileSmall(covered?: `--${string}`): (element: HTMLElement) => () => void {
  return (element) => {
    const { style } = document.documentElement;
    const look = (): void => {
      element.style.position = element.offsetHeight > innerHeight / 5 ? 'static' : '';
      const sticks = getComputedStyle(element).position === 'sticky';
      if (covered) style.setProperty(covered, sticks ? `${element.offsetHeight}px` : '0px');
    };
    const observer = new ResizeObserver(look);
    observer.observe(element);
    addEventListener('resize', look);
    return () => {
      observer.disconnect();
      removeEventListener('resize', look);
      if (covered) style.removeProperty(covered);
    };
  };
}
