/** Chromium's event; no other browser asks, so none of TypeScript's libraries has it. */
interface BeforeInstallPromptEvent extends Event {
  prompt(): Promise<{ readonly outcome: 'accepted' | 'dismissed' }>;
}

/** Whether Lentigo can be put on the home screen from here. */
class Install {
  #event = $state.raw<BeforeInstallPromptEvent>();
  #installed = $state(matchMedia('(display-mode: standalone)').matches);

  get offered(): boolean {
    return this.#event !== undefined;
  }

  get installed(): boolean {
    return this.#installed;
  }

  /**
   * Whether it is put on the home screen by the browser's own menu: on iPhones and iPads, whose browsers show no
   * prompt, and delete what a website kept when it was not opened for seven days
   * (https://webkit.org/blog/10218/full-third-party-cookie-blocking-and-more/). Only they have `standalone`.
   */
  get byHand(): boolean {
    return (
      !this.#installed &&
      'standalone' in navigator &&
      navigator.standalone === false &&
      navigator.maxTouchPoints > 1
    );
  }

  start(): void {
    addEventListener('beforeinstallprompt', (event) => {
      // Offered quietly in settings instead of by a banner.
      event.preventDefault();
      this.#event = event as BeforeInstallPromptEvent;
    });
    addEventListener('appinstalled', () => {
      this.#event = undefined;
      this.#installed = true;
    });
  }

  /** Shows the browser's own dialog. The event can be used once. */
  async prompt(): Promise<void> {
    const event = this.#event;
    this.#event = undefined;
    await event?.prompt();
  }
}

export const install = new Install();
