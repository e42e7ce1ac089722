/** The pages of the app, as the address after `#` names them. */
export type Route =
  | { readonly page: 'classify' }
  | { readonly page: 'history'; readonly id?: string }
  | { readonly page: 'model' }
  | { readonly page: 'settings' }
  | { readonly page: 'about' }
  | { readonly page: 'unknown' };

export type PageName = Route['page'];

/** Reads `#/history/<id>` and its like; the empty hash is the classify page. */
export function parseRoute(hash: string): Route {
  const [path = ''] = hash.replace(/^#\/?/, '').split('?');
  const [page = '', id, ...rest] = path.split('/').filter((part) => part !== '');
  if (rest.length > 0) return { page: 'unknown' };
  if (page === 'history') return id === undefined ? { page } : { page, id: decode(id) };
  if (id !== undefined) return { page: 'unknown' };
  if (page === '') return { page: 'classify' };
  if (page === 'model' || page === 'settings' || page === 'about') return { page };
  return { page: 'unknown' };
}

/** The address of a route, for `href`. */
export function hrefOf(route: Exclude<Route, { page: 'unknown' }>): string {
  if (route.page === 'classify') return '#/';
  if (route.page === 'history' && route.id !== undefined) return `#/history/${encodeURIComponent(route.id)}`;
  return `#/${route.page}`;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
