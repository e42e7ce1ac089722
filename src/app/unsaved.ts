/** Forms in which something was entered that is not in the record: whoever leaves their page is asked first. */
class Unsaved {
  readonly #forms = new Set<() => boolean>();

  constructor() {
    addEventListener('beforeunload', (event) => {
      if (this.any) event.preventDefault();
    });
  }

  get any(): boolean {
    return [...this.#forms].some((changed) => changed());
  }

  /**
   * Watches a form for as long as it is there.
   * @param changed whether it holds something that is not saved
   * @returns what ends the watching
   */
  watch(changed: () => boolean): () => void {
    this.#forms.add(changed);
    return () => this.#forms.delete(changed);
  }

  /** Lets all of it go: the person said so, or the record was locked. */
  forget(): void {
    this.#forms.clear();
  }
}

export const unsaved = new Unsaved();
