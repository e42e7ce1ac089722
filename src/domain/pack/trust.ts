/**
 * Who a pack comes from. `bundled`: it came with the app. `trusted`: signed with a key that was built into the app.
 * `unknown`: signed with another key. `unsigned`: nobody signed it.
 */
export type PackTrust = 'bundled' | 'trusted' | 'unknown' | 'unsigned';

/** Whether a pack is used without asking. */
export function isTrusted(trust: PackTrust): boolean {
  return trust === 'bundled' || trust === 'trusted';
}
