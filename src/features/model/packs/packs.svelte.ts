/** The packs on this device and on the app's host, and what is done with them. */
import { asFailure, Failure } from '../../../failure';
import { inference } from '../../../app/inference';
import { readiness } from '../../../app/readiness.svelte';
import { work } from '../../../app/work/work.svelte';
import { packKey } from '../../../domain/pack/key';
import type { HostedPack, InstalledPack, PackOffer } from '../../../worker/protocol';

type Source = { readonly zip: Blob } | { readonly address: string };

/** Told in words by the page. */
interface Done {
  readonly what: 'installed' | 'used';
  readonly of: InstalledPack['manifest'];
}

export class Packs {
  #installed = $state.raw<readonly InstalledPack[]>([]);
  #hosted = $state.raw<readonly HostedPack[]>();
  #offer = $state.raw<PackOffer>();
  #busy = $state(false);
  #share = $state<number>();
  #done = $state.raw<Done>();
  #failure = $state.raw<Failure>();

  get installed(): readonly InstalledPack[] {
    return this.#installed;
  }

  /** Undefined until the host has answered. */
  get hosted(): readonly HostedPack[] | undefined {
    return this.#hosted;
  }

  /** What waits for a yes or no. */
  get offer(): PackOffer | undefined {
    return this.#offer;
  }

  get busy(): boolean {
    return this.#busy;
  }

  /** Of a download, 0..1; undefined while nothing is downloaded. */
  get share(): number | undefined {
    return this.#share;
  }

  get done(): Done | undefined {
    return this.#done;
  }

  get failure(): Failure | undefined {
    return this.#failure;
  }

  /** @throws Failure */
  async read(): Promise<void> {
    this.#installed = await inference.call('packs', {});
  }

  /** Rejects where the host cannot be reached. */
  async look(): Promise<void> {
    this.#hosted = await inference.call('hostedPacks', {});
  }

  check(from: Source): Promise<void> {
    this.#offer = undefined;
    return this.#doing(async (signal) => {
      this.#offer = await inference.call(
        'offerPack',
        { from },
        { signal, onProgress: ({ loaded, total }) => (this.#share = loaded / Math.max(1, total)) },
      );
    });
  }

  refuse(): void {
    this.#offer = undefined;
  }

  install(): Promise<void> {
    return this.#doing(async () => {
      const manifest = this.#offer?.manifest;
      if (!manifest) return;
      const { storage } = await inference.call('installPack', { key: packKey(manifest) });
      if (storage !== 'kept') throw new Failure(storage === 'full' ? 'storage-full' : 'storage-unavailable');
      this.#offer = undefined;
      await this.read();
      this.#done = { what: 'installed', of: manifest };
    });
  }

  use({ key, manifest }: InstalledPack): Promise<void> {
    return this.#doing(async () => {
      await readiness.use(key);
      this.#done = { what: 'used', of: manifest };
    });
  }

  /** @throws Failure */
  async remove({ key }: InstalledPack): Promise<void> {
    await inference.call('removePack', { key });
    await this.read();
  }

  /** One thing at a time, as work in hand; what fails is shown. */
  async #doing(what: (signal: AbortSignal) => Promise<void>): Promise<void> {
    if (this.#busy) return;
    const stop = new AbortController();
    this.#busy = true;
    this.#failure = undefined;
    this.#done = undefined;
    try {
      await work.during(
        {
          what: 'model-update',
          stop: () => stop.abort(),
          lossIfStopped: false,
          share: () => this.#share ?? 0,
        },
        () => what(stop.signal),
      );
    } catch (thrown) {
      const failure = asFailure(thrown);
      if (failure.code !== 'aborted') this.#failure = failure;
    } finally {
      this.#busy = false;
      this.#share = undefined;
    }
  }
}
