/**
 * Which scripts may run, for browsers that enforce Trusted Types: the one policy of the app, and the default of its
 * realm, so that libraries go by it too. A realm that starts a worker imports this first.
 *
 * It allows addresses of the app's own host, for workers and the service worker. It makes no HTML and no script from
 * text, so that both are refused wherever somebody tries. Svelte has a policy of its own for its compiled templates.
 */

interface PolicyFactory {
  createPolicy(name: 'default', rules: { createScriptURL(address: string): string | null }): unknown;
}

/** The address itself where it is a file of this host; null, which refuses it, for all else, `blob:` and `data:` too. */
export function ownScript(address: string, base: string): string | null {
  if (!URL.canParse(address, base)) return null;
  const { protocol, host } = new URL(address, base);
  const own = new URL(base);
  return protocol === own.protocol && host === own.host ? address : null;
}

const { trustedTypes } = globalThis as { trustedTypes?: PolicyFactory };
trustedTypes?.createPolicy('default', {
  createScriptURL: (address) => ownScript(address, location.href),
});
