/** The pages of the app, and their addresses after `#`. */
export type Route =
  | { readonly page: 'classify' }
  | { readonly page: 'history'; readonly id?: string }
  | { readonly page: 'patients'; readonly id?: string }
  | { readonly page: 'map' }
  | { readonly page: 'open' }
  | { readonly page: 'due' }
  | { readonly page: 'report'; readonly of: 'visit' | 'lesion'; readonly id: string }
  | { readonly page: 'lesion'; readonly id: string }
  | { readonly page: 'model'; readonly part?: ModelPart }
  | { readonly page: 'agreement' }
  | { readonly page: 'classes'; readonly code?: string }
  | { readonly page: 'settings' }
  | { readonly page: 'about' }
  | { readonly page: 'unknown' };

/** Pages below the model's page. */
export type ModelPart = 'learning' | 'check' | 'packs';

export type PageName = Route['page'];

/** Reads addresses such as `#/history/<id>`; the empty hash is the classify page. */
export function parseRoute(hash: string): Route {
  const [path = ''] = hash.replace(/^#\/?/, '').split('?');
  const [page = '', id, ...rest] = path.split('/').filter((part) => part !== '');
  if (page === 'report') {
    const [of, subject, ...more] = [id, ...rest];
    return (of === 'visit' || of === 'lesion') && subject !== undefined && more.length === 0
      ? { page, of, id: decode(subject) }
      : { page: 'unknown' };
  }
  if (rest.length > 0) return { page: 'unknown' };
  if (page === 'history' || page === 'patients')
    return id === undefined ? { page } : { page, id: decode(id) };
  if (page === 'lesion' && id !== undefined) return { page, id: decode(id) };
  if (page === 'classes') return id === undefined ? { page } : { page, code: decode(id) };
  if (page === 'model' && (id === 'learning' || id === 'check' || id === 'packs')) return { page, part: id };
  if (id !== undefined) return { page: 'unknown' };
  if (page === '') return { page: 'classify' };
  if (page === 'agreement' || page === 'map' || page === 'open' || page === 'due') return { page };
  if (page === 'model' || page === 'settings' || page === 'about') return { page };
  return { page: 'unknown' };
}

/** The address of a route, for `href`. */
export function hrefOf(route: Exclude<Route, { page: 'unknown' }>): string {
  if (route.page === 'classify') return '#/';
  if (route.page === 'report') return `#/report/${route.of}/${encodeURIComponent(route.id)}`;
  if ('part' in route) return `#/model/${route.part}`;
  if ('id' in route) return `#/${route.page}/${encodeURIComponent(route.id)}`;
  if (route.page === 'classes' && route.code !== undefined)
    return `#/classes/${encodeURIComponent(route.code)}`;
  return `#/${route.page}`;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
