import type { Attachment } from 'svelte/attachments';

/**
 * For the place of a table: marks it with `data-stacked` while the columns are wider than the place, so that each row
 * is shown as a list of its own and nothing scrolls sideways. The head is there for screen readers only then.
 * @param least width that the columns need in any case, in rem; 0 where their cells do not wrap
 */
export function stacksRows(least: number): Attachment<HTMLElement> {
  return (place) => {
    const look = (): void => {
      const head = place.querySelector('thead');
      // Measured with its columns.
      delete place.dataset['stacked'];
      head?.classList.remove('visually-hidden');
      const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
      const narrow = place.clientWidth < least * rem || place.scrollWidth > place.clientWidth;
      if (!narrow) return;
      place.dataset['stacked'] = '';
      head?.classList.add('visually-hidden');
    };
    look();
    // In the next frame: an observer must not change the size of what it observes.
    const observer = new ResizeObserver(() => requestAnimationFrame(look));
    observer.observe(place);
    return () => observer.disconnect();
  };
}
