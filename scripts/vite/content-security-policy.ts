import type { Plugin } from 'vite';
import { metaPolicy } from '../hosting/headers.ts';

/** Writes the policy into the built index.html, so that it holds on hosts that send no headers. */
export function contentSecurityPolicy(): Plugin {
  return {
    name: 'content-security-policy',
    // Not in development, where Vite puts styles and its client inline.
    apply: 'build',
    transformIndexHtml: () => [
      {
        tag: 'meta',
        attrs: { 'http-equiv': 'Content-Security-Policy', content: metaPolicy },
        injectTo: 'head-prepend',
      },
    ],
  };
}
