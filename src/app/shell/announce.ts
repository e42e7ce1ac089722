import { navigation } from '../router.svelte';

/**
 * For the heading of a page: takes the focus, so that it is read out, when the person came from
 * another page; not at the start of the app.
 */
export function announce(heading: HTMLElement): void {
  if (!navigation.moved) return;
  window.scrollTo(0, 0);
  heading.focus({ preventScroll: true });
}
