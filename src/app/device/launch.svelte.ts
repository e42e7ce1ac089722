import { takeShared } from './shared-files';
import type { PictureSource } from '../../domain/visit/visit';

interface LaunchParams {
  readonly files: readonly FileSystemFileHandle[];
}

type Accept = (pictures: readonly Blob[], source: PictureSource) => void;

/** Chromium's queue of files that the app was opened with. */
interface LaunchQueue {
  setConsumer(consumer: (params: LaunchParams) => void): void;
}

declare global {
  interface Window {
    readonly launchQueue?: LaunchQueue;
  }
}

/** What the app was started for: files shared to it, files opened with it, a shortcut. */
class Launch {
  #camera = false;
  #failed = $state(false);
  /** Any site can post to the address for sharing and looks like the system, so the person is asked first. */
  #shared = $state.raw<readonly Blob[]>([]);
  #accept: Accept | undefined;

  /** True when files came from outside that could not be taken over. */
  get failed(): boolean {
    return this.#failed;
  }

  /** How many pictures were shared to the app and wait for the person to take them in. */
  get shared(): number {
    return this.#shared.length;
  }

  takeShared(): void {
    this.#accept?.(this.#shared, 'shared');
    this.#shared = [];
  }

  dropShared(): void {
    this.#shared = [];
  }

  dismissFailure(): void {
    this.#failed = false;
  }

  /** Whether the shortcut to the camera was used; says so once. */
  takeCamera(): boolean {
    const wanted = this.#camera;
    this.#camera = false;
    return wanted;
  }

  /** Reads the address that the app was started with, and passes on what came with it. */
  start(accept: Accept): void {
    this.#accept = accept;
    const query = new URLSearchParams(location.search);
    const shared = query.get('shared');
    this.#camera = query.get('action') === 'camera';
    this.#failed = shared === 'failed';
    // A reload must not do it again.
    if (location.search) history.replaceState(history.state, '', `./${location.hash}`);
    const ask = (files: readonly Blob[]) => (this.#shared = files);
    void this.#hand(ask, shared === 'yes', takeShared());
    window.launchQueue?.setConsumer(({ files }) => {
      if (files.length === 0) return;
      const open = (pictures: readonly Blob[]) => accept(pictures, 'file');
      void this.#hand(open, true, Promise.all(files.map((file) => file.getFile())));
    });
  }

  /** @param expected false to look whether anything was left behind, and to clear it away unseen */
  async #hand(
    take: (files: readonly Blob[]) => void,
    expected: boolean,
    arriving: Promise<readonly Blob[]>,
  ): Promise<void> {
    try {
      const files = await arriving;
      if (expected && files.length > 0) take(files);
      else if (expected) this.#failed = true;
    } catch {
      if (expected) this.#failed = true;
    }
  }
}

export const launch = new Launch();
