/** The part of a BroadcastChannel that is used here. */
export type TabChannel = Pick<BroadcastChannel, 'postMessage' | 'close' | 'onmessage'>;

/** A channel to this app's other tabs; one that nobody hears where the browser has none. */
export function openTabChannel(name: string): TabChannel {
  if (typeof BroadcastChannel !== 'undefined') return new BroadcastChannel(name);
  return { onmessage: null, postMessage: () => undefined, close: () => undefined };
}
