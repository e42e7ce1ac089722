/**
 * What a host must send with Lentigo: the one source of the policy in index.html, of the headers of
 * `npm run preview` and of every file in deploy/.
 */

import { isolationHeaders } from '../../src/app/device/isolation.ts';

/** Content-Security-Policy, directive by directive. Nothing may leave the device. */
const policy: Readonly<Record<string, readonly string[]>> = {
  'default-src': ["'none'"],
  // WebAssembly, but no eval.
  'script-src': ["'self'", "'wasm-unsafe-eval'"],
  'worker-src': ["'self'"],
  'connect-src': ["'self'"],
  'style-src': ["'self'"],
  // Pictures of the record and of the camera are blobs; small drawings in styles are data.
  'img-src': ["'self'", 'blob:', 'data:'],
  'manifest-src': ["'self'"],
  // The system posts shared pictures to the app's own share target.
  'form-action': ["'self'"],
  'base-uri': ["'none'"],
  // A string becomes a script's address, a script or HTML only by `src/trusted-scripts.ts` or by Svelte's templates.
  'require-trusted-types-for': ["'script'"],
  'trusted-types': ['default', 'svelte-trusted-html'],
};

function written(directives: typeof policy): string {
  return Object.entries(directives)
    .map(([directive, sources]) => [directive, ...sources].join(' '))
    .join('; ');
}

/** The policy as it stands in index.html, where `frame-ancestors` would be ignored. */
export const metaPolicy = written(policy);

/** Powers that a page can be refused by header; all but the camera. */
const refusedPowers = [
  'accelerometer',
  'autoplay',
  'browsing-topics',
  'display-capture',
  'geolocation',
  'gyroscope',
  'hid',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'serial',
  'usb',
  'xr-spatial-tracking',
];

/** Sent with every answer. */
export const securityHeaders: Readonly<Record<string, string>> = {
  'Content-Security-Policy': written({ ...policy, 'frame-ancestors': ["'none'"] }),
  'Permissions-Policy': ['camera=(self)', ...refusedPowers.map((power) => `${power}=()`)].join(', '),
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  // So that the first start has threads already; from the second on the service worker sets them.
  ...isolationHeaders,
};

/**
 * Only where the host speaks TLS: for a year, browsers that were here once come by https alone. `npm run preview`, on
 * plain http, does not send it.
 */
export const transportSecurity = {
  name: 'Strict-Transport-Security',
  value: 'max-age=31536000',
} as const;

/** Files under assets/ have a hash in their name; everything else is asked for anew. */
export const cacheControl = { assets: 'public, max-age=31536000, immutable', others: 'no-cache' } as const;

/** Types that hosts get wrong; a wrong one for .wasm slows every start. */
export const mediaTypes = {
  wasm: 'application/wasm',
  webmanifest: 'application/manifest+json',
} as const;
