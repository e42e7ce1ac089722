/**
 * What a browser must offer, checked once at the start. Each lack has its own text and says what still works;
 * nothing of the app may fail at import for the want of one of them.
 */

/** In the order in which they are shown: the first one explains the others. */
export const abilities = [
  'secure-context',
  'crypto',
  'wasm',
  'worker',
  'canvas',
  'database',
  'service-worker',
  'channel',
] as const;

type Ability = (typeof abilities)[number];

/**
 * What a lack stops: the whole app; reading pictures, while the record opens; keeping results, while pictures are
 * read; starting without a network; hearing from other windows.
 */
export type Stops = 'all' | 'reading' | 'saving' | 'offline' | 'windows';

export interface Lack {
  readonly ability: Ability;
  readonly stops: Stops;
}

const stopped: Readonly<Record<Ability, Stops>> = {
  'secure-context': 'all',
  crypto: 'all',
  wasm: 'reading',
  worker: 'reading',
  canvas: 'reading',
  database: 'saving',
  'service-worker': 'offline',
  channel: 'windows',
};

/** The smallest module with a SIMD instruction (`v128.const`, `i8x16.popcnt`). */
const simdModule = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98,
  11,
]);

/** The globals that are checked. */
export interface Globals {
  readonly isSecureContext?: boolean;
  readonly crypto?: { readonly subtle?: unknown };
  readonly WebAssembly?: { validate(bytes: BufferSource): boolean };
  readonly Worker?: unknown;
  readonly OffscreenCanvas?: unknown;
  readonly indexedDB?: unknown;
  readonly BroadcastChannel?: unknown;
  readonly navigator?: object;
}

/** What is missing here, in the order of `abilities`; what follows from a page that is not secure is left out. */
export function missingAbilities(scope: Globals): Lack[] {
  const secure = scope.isSecureContext !== false;
  const there: Readonly<Record<Ability, boolean>> = {
    'secure-context': secure,
    crypto: !secure || scope.crypto?.subtle !== undefined,
    wasm: scope.WebAssembly?.validate(simdModule) === true,
    worker: scope.Worker !== undefined,
    canvas: scope.OffscreenCanvas !== undefined,
    database: scope.indexedDB !== undefined && scope.indexedDB !== null,
    'service-worker': !secure || (scope.navigator !== undefined && 'serviceWorker' in scope.navigator),
    channel: scope.BroadcastChannel !== undefined,
  };
  return abilities
    .filter((ability) => !there[ability])
    .map((ability) => ({ ability, stops: stopped[ability] }));
}

/** Of the page that this runs in. */
export const lacks: readonly Lack[] = missingAbilities(globalThis);

export function stops(what: Stops): boolean {
  return lacks.some((lack) => lack.stops === what);
}
