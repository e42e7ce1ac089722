/** Keeps the screen from going dark while the person aims; @returns what lets it again. */
export function keepAwake(): () => void {
  // Not in every browser.
  const { wakeLock } = navigator as { readonly wakeLock?: WakeLock };
  let held: WakeLockSentinel | undefined;
  let ended = false;

  const hasEnded = (): boolean => ended;

  async function ask(): Promise<void> {
    if (ended || document.hidden) return;
    try {
      const lock = await wakeLock?.request('screen');
      held = lock;
      // The camera may have been closed while this waited.
      if (hasEnded()) await lock?.release();
    } catch {
      // Refused, for example at low battery: the screen goes dark as usual.
    }
  }

  // The browser lets go when the page is out of sight.
  const again = (): void => void ask();
  document.addEventListener('visibilitychange', again);
  again();
  return () => {
    ended = true;
    document.removeEventListener('visibilitychange', again);
    held?.release().catch(() => undefined);
  };
}
