import { hrefOf, parseRoute, type Route } from './route';
import { unsaved } from './unsaved';

/** Where the person is; follows the address, unless something would be lost by it. */
class Navigation {
  #hash = location.hash;
  #route = $state.raw<Route>(parseRoute(location.hash));
  #moved = false;
  /** Where the person wants to go, who has not said yet what becomes of what was entered. */
  #wanted = $state<string>();

  constructor() {
    addEventListener('hashchange', () => this.#follow());
  }

  /** Whether the person is to be asked before the page changes. */
  get held(): boolean {
    return this.#wanted !== undefined;
  }

  get route(): Route {
    return this.#route;
  }

  /** True once the person has gone from one page to another: then a page announces itself. */
  get moved(): boolean {
    return this.#moved;
  }

  go(route: Exclude<Route, { page: 'unknown' }>): void {
    location.hash = hrefOf(route);
  }

  /** Goes where the person wanted to; what was entered is lost. */
  leave(): void {
    const wanted = this.#wanted;
    this.#wanted = undefined;
    unsaved.forget();
    if (wanted !== undefined) location.hash = wanted;
  }

  stay(): void {
    this.#wanted = undefined;
  }

  #follow(): void {
    if (location.hash === this.#hash) return;
    if (unsaved.any) {
      this.#wanted = location.hash;
      // The page has not changed, so its address must not either.
      history.replaceState(history.state, '', this.#hash || '#/');
      return;
    }
    this.#hash = location.hash;
    this.#moved = true;
    this.#route = parseRoute(location.hash);
  }
}

export const navigation = new Navigation();
