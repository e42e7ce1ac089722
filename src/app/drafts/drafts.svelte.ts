/**
 * All forms that hold something unsaved. Their texts are sealed at every keystroke, so that a lock and a crash
 * leave them; before a page is left, the person is asked about drafts that would be lost.
 */
import { untrack } from 'svelte';
import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { DraftRepository, StoredDraft } from '../../records/drafts';
import { record } from '../record';
import type { DraftFields } from './draft.svelte';

/** What the service needs of a Draft. */
export interface OpenDraft {
  readonly form: string;
  readonly unsaved: boolean;
  readonly content: DraftFields;
  onchange: () => void;
  restore(content: DraftFields): void;
  settle(): Promise<void>;
  discard(): void;
}

/** Held by every window that has drafts, for as long as it lives. */
const lockName = (window: string): string => `lentigo-drafts ${window}`;

export class Drafts {
  readonly #store: Pick<DraftRepository, 'put' | 'remove' | 'all'>;
  readonly #window: string;
  readonly #locks: Pick<LockManager, 'request' | 'query'> | undefined;
  /** Each with the address of its page. */
  readonly #open = new SvelteMap<OpenDraft, string>();
  /** Without a form on the screen, by their keys. */
  readonly #left = new SvelteMap<string, StoredDraft>();
  /** Drafts that are being sealed, and those whose text has changed since it was. */
  readonly #sealing = new SvelteMap<OpenDraft, Promise<void>>();
  readonly #unsealed = new SvelteSet<OpenDraft>();
  #release: (() => void) | undefined;

  /** @param window tells the drafts of this window from those of another on the same device */
  constructor(
    store: Pick<DraftRepository, 'put' | 'remove' | 'all'>,
    window: string = crypto.randomUUID(),
    locks: Pick<LockManager, 'request' | 'query'> | undefined = locksOfBrowser(),
  ) {
    this.#store = store;
    this.#window = window;
    this.#locks = locks;
  }

  /** Whether leaving the page now would lose something. */
  get any(): boolean {
    return [...this.#open.keys()].some((draft) => draft.unsaved);
  }

  /** What was typed earlier, or into a form that is gone, and is in no form now. */
  get left(): readonly StoredDraft[] {
    return [...this.#left.values()];
  }

  /** Whether the form of a stored text no longer exists, probably because its row was deleted. */
  orphaned(draft: StoredDraft): boolean {
    return draft.window === this.#window;
  }

  /** Whether there is an earlier text for a form. */
  has(form: string): boolean {
    return this.left.some((draft) => draft.form === form);
  }

  /** Looks after a draft for as long as its form is on the screen. Returns what ends that. */
  attach(draft: OpenDraft): () => void {
    untrack(() => {
      draft.onchange = () => this.#seal(draft);
      this.#open.set(draft, location.hash);
      this.#resume(draft);
    });
    return () => untrack(() => void this.#detach(draft));
  }

  /** Reads what earlier windows have left; once the record is open. */
  async read(): Promise<void> {
    const found = await this.#store.all();
    const alive = (await this.#locks?.query())?.held?.map(({ name }) => name) ?? [];
    for (const draft of found) {
      if (draft.window !== this.#window && !alive.includes(lockName(draft.window)))
        this.#left.set(keyOf(draft), draft);
    }
    for (const draft of this.#open.keys()) this.#resume(draft);
  }

  /** Waits for saves that end by themselves. What cannot be saved stays unsaved. */
  async settle(): Promise<void> {
    await Promise.all([...this.#open.keys()].map((draft) => draft.settle()));
  }

  /**
   * Resolves when all unsaved text is stored encrypted; then the record may be locked.
   * @throws Failure where that is not possible, `storage-full` for example
   */
  async seal(): Promise<void> {
    for (const draft of this.#unsealed) this.#seal(draft);
    await Promise.all(this.#sealing.values());
  }

  /** Gives up what was typed on the page that is left: the person said so. */
  discard(): void {
    for (const draft of this.#open.keys()) draft.discard();
  }

  /** Everything was deleted, in whichever window. */
  clear(): void {
    this.discard();
    this.#left.clear();
  }

  /** Gives up an earlier text. */
  async discardLeft({ form, window }: StoredDraft): Promise<void> {
    await this.#store.remove(form, window);
    this.#left.delete(keyOf({ form, window }));
  }

  /** Nothing of it stays in memory and nothing is asked: the record is locked. What is sealed stays. */
  forget(): void {
    for (const draft of this.#open.keys()) draft.onchange = () => undefined;
    this.#open.clear();
    this.#left.clear();
    this.#unsealed.clear();
    this.release();
  }

  /** Lets the next window have the drafts: this one ends. */
  release(): void {
    this.#release?.();
    this.#release = undefined;
  }

  /** Gives a form what was typed into it earlier. */
  #resume(draft: OpenDraft): void {
    const earlier = this.left.find(({ form }) => form === draft.form);
    if (!earlier || draft.unsaved) return;
    this.#left.delete(keyOf(earlier));
    draft.restore(earlier);
    if (earlier.window === this.#window) return;
    // Under the name of this window it is sealed first.
    void this.seal()
      .then(() => this.#store.remove(earlier.form, earlier.window))
      .catch(() => undefined);
  }

  async #detach(draft: OpenDraft): Promise<void> {
    await draft.settle();
    const where = this.#open.get(draft);
    this.#open.delete(draft);
    // Its row is gone, its save has failed, or its page has: the text is offered all the same.
    if (!draft.unsaved || where === undefined) return;
    const left = { ...draft.content, form: draft.form, window: this.#window, where };
    this.#left.set(keyOf(left), left);
    for (const open of this.#open.keys()) this.#resume(open);
  }

  /** Seals one text at a time, the last one last. */
  #seal(draft: OpenDraft): void {
    this.#unsealed.add(draft);
    if (this.#sealing.has(draft)) return;
    const sealing = this.#sealAll(draft).finally(() => this.#sealing.delete(draft));
    this.#sealing.set(draft, sealing);
    // `seal` reports it to the code that locks.
    sealing.catch(() => undefined);
  }

  async #sealAll(draft: OpenDraft): Promise<void> {
    await this.#live();
    while (this.#unsealed.delete(draft)) {
      const { form, unsaved, content } = draft;
      const where = this.#open.get(draft) ?? '';
      try {
        if (unsaved) await this.#store.put(form, this.#window, { ...content, where });
        else await this.#store.remove(form, this.#window);
      } catch (failure) {
        this.#unsealed.add(draft);
        throw failure;
      }
    }
  }

  /** Tells other windows that the drafts of this one are in hand. */
  async #live(): Promise<void> {
    const locks = this.#locks;
    if (this.#release || !locks) return;
    const end = new Promise<void>((resolve) => (this.#release = resolve));
    await new Promise<void>((granted) => {
      void locks.request(lockName(this.#window), () => {
        granted();
        return end;
      });
    });
  }
}

function keyOf({ form, window }: Pick<StoredDraft, 'form' | 'window'>): string {
  return `${form} ${window}`;
}

/** Absent where the page is not served securely: then windows do not know of each other. */
function locksOfBrowser(): LockManager | undefined {
  return 'navigator' in globalThis && 'locks' in navigator ? navigator.locks : undefined;
}

export const drafts = new Drafts(record.drafts);

/** For the page as a whole: asks before it is closed, saves when it goes into the background. */
export function watchPage(): void {
  addEventListener('beforeunload', (event) => {
    if (!drafts.any) return;
    event.preventDefault();
    void drafts.settle();
  });
  document.addEventListener('visibilitychange', () => {
    // A page in the background may be ended without notice.
    if (document.hidden) void drafts.settle();
  });
  addEventListener('pagehide', () => drafts.release());
  record.onChange(({ kind }) => {
    if (kind === 'cleared') drafts.clear();
  });
}
