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
