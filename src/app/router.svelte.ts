import { drafts } from './drafts/drafts.svelte';
import { hrefOf, parseRoute, type Route } from './route';
import { work } from './work/work.svelte';

/** Where a person wants to go: to a new address, or so many entries of the history on (or back). */
type Wanted = { readonly href: string } | { readonly delta: number };

/** What every entry of the history carries: its place among them. */
interface Entry {
  readonly at: number;
}

/**
 * Where the person is; follows the address, unless something would be lost by it. Entries of the history are
 * numbered: if the person goes back and must be asked first, the router undoes the same number of steps, so that
 * the history stays as it is.
 */
class Navigation {
  #hash = $state(location.hash);
  #at: number;
  #route = $state.raw<Route>(parseRoute(location.hash));
  #moved = false;
  /** Where the person wants to go, while they are asked about unsaved input. */
  #wanted = $state.raw<Wanted>();
  #held = $state(false);
  /** The person has agreed to leave, though the page is still at work. */
  #agreed = false;
  /** While the history goes back to the entry of this page: the entry it comes from. */
  #returning: { readonly from: number; readonly done: Promise<void>; readonly end: () => void } | undefined;

  constructor() {
    this.#at = placeOf(history.state) ?? 0;
    this.#number();
    addEventListener('popstate', () => this.#follow());
    addEventListener('hashchange', () => this.#follow());
    addEventListener('click', (event) => this.#click(event), { capture: true });
  }

  /** Whether the person must be asked before the page changes. */
  get held(): boolean {
    return this.#held;
  }

  /** The address of the page: the part from `#` on. */
  get hash(): string {
    return this.#hash;
  }

  get route(): Route {
    return this.#route;
  }

  /** True once the person has gone from one page to another: then a page announces itself. */
  get moved(): boolean {
    return this.#moved;
  }

  go(route: Exclude<Route, { page: 'unknown' }>): void {
    this.#want({ href: hrefOf(route) });
  }

  /** Goes where the person wanted to: unsaved input is lost, and work of the page ends. */
  leave(): void {
    drafts.discard();
    this.#agreed = true;
    this.#proceed();
  }

  stay(): void {
    this.#wanted = undefined;
    this.#held = false;
  }

  /** A link would change the history before the person can be asked. */
  #click(event: MouseEvent): void {
    if (!asks() || event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element && event.target.closest('a[href^="#/"]:not([target])');
    const href = link ? link.getAttribute('href') : null;
    if (href === null || href === location.hash) return;
    event.preventDefault();
    this.#want({ href });
  }

  #want(wanted: Wanted): void {
    this.#wanted = wanted;
    if (asks()) void this.#settle();
    else this.#proceed();
  }

  /** Forms that save themselves are saved; the person is asked only about the rest. */
  async #settle(): Promise<void> {
    const wanted = this.#wanted;
    await Promise.all([drafts.settle(), this.#returning?.done]);
    if (this.#wanted !== wanted) return;
    if (asks()) this.#held = true;
    else this.#proceed();
  }

  #proceed(): void {
    const wanted = this.#wanted;
    this.stay();
    if (!wanted) return;
    if ('href' in wanted) location.hash = wanted.href;
    else history.go(wanted.delta);
  }

  #follow(): void {
    const at = placeOf(history.state) ?? this.#at + 1;
    if (at === this.#at) {
      this.#returning?.end();
      this.#returning = undefined;
    } else if (this.#returning || (!this.#agreed && asks())) {
      this.#turnBack(at);
      return;
    }
    this.#at = at;
    this.#number();
    this.#agreed = false;
    if (location.hash === this.#hash) return;
    this.#hash = location.hash;
    this.#moved = true;
    this.#route = parseRoute(location.hash);
  }

  /** Back to the entry of this page; the wish is handled when it arrives there. */
  #turnBack(from: number): void {
    if (this.#returning?.from === from) return;
    const end = this.#returning;
    let resolve = (): void => undefined;
    const done = end?.done ?? new Promise<void>((settled) => (resolve = settled));
    this.#returning = { from, done, end: end?.end ?? resolve };
    history.go(this.#at - from);
    this.#want({ delta: from - this.#at });
  }

  #number(): void {
    history.replaceState({ at: this.#at } satisfies Entry, '');
  }
}

function placeOf(state: unknown): number | undefined {
  const { at } = (state ?? {}) as Partial<Entry>;
  return typeof at === 'number' ? at : undefined;
}

/** Whether something would be lost by leaving the page. */
function asks(): boolean {
  return drafts.any || work.onPage;
}

export const navigation = new Navigation();
