import { hrefOf, parseRoute, type Route } from './route';

/** Where the person is; follows the address. */
class Navigation {
  #route = $state.raw<Route>(parseRoute(location.hash));
  #moved = false;

  constructor() {
    addEventListener('hashchange', () => {
      this.#moved = true;
      this.#route = parseRoute(location.hash);
    });
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
}

export const navigation = new Navigation();
