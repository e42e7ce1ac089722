/** Keeps the screen from going dark while the person aims; @returns what lets it again. */
export function keepAwake(): () => void {
  // Not in every browser.
  const { wakeLock } = navigator as { readonly wakeLock?: WakeLock };
  let held: WakeLockSentinel | undefined;
  let ended = false;

  async function ask(): Promise<void> {
    if (ended || document.hidden) return;
    try {
      held = await wakeLock?.request('screen');
      if (ended) await held?.release();
    } catch {
      // The battery is low, say: then the screen goes dark as always.
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
