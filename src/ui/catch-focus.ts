/**
 * For what takes the place of the element that had the focus: takes it over when it was lost,
 * so that a person at the keyboard goes on from where they were.
 */
export function catchFocus(element: HTMLElement): void {
  if (document.activeElement === document.body) element.focus({ preventScroll: true });
}
