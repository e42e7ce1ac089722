import { getContext, setContext } from 'svelte';

const key = Symbol('form');

/** Lets the buttons inside of a form know whether it is being sent. */
export function shareFormBusy(busy: () => boolean): void {
  setContext(key, busy);
}

/** Whether the form around a button is being sent. */
export function formBusy(): () => boolean {
  return getContext<(() => boolean) | undefined>(key) ?? (() => false);
}
