import { takeShared } from './shared-files';
import type { PictureSource } from '../../domain/visit';

interface LaunchParams {
  readonly files: readonly FileSystemFileHandle[];
}

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

  /** True when files came from outside that could not be taken over. */
  get failed(): boolean {
    return this.#failed;
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

  /** Reads the address that the app was started with, and hands on what came with it. */
  start(accept: (files: readonly Blob[], source: PictureSource) => void): void {
    const query = new URLSearchParams(location.search);
    const shared = query.get('shared');
    this.#camera = query.get('action') === 'camera';
    this.#failed = shared === 'failed';
    // Loading the page again must not do it again.
    if (location.search) history.replaceState(history.state, '', `./${location.hash}`);
    void this.#hand(accept, 'shared', shared === 'yes', takeShared());
    window.launchQueue?.setConsumer(({ files }) => {
      if (files.length === 0) return;
      void this.#hand(accept, 'file', true, Promise.all(files.map((file) => file.getFile())));
    });
  }

  /** @param expected false to look whether anything was left behind, and to clear it away unseen */
  async #hand(
    accept: (files: readonly Blob[], source: PictureSource) => void,
    source: PictureSource,
    expected: boolean,
    arriving: Promise<readonly Blob[]>,
  ): Promise<void> {
    try {
      const files = await arriving;
      if (expected && files.length > 0) accept(files, source);
      else if (expected) this.#failed = true;
    } catch {
      if (expected) this.#failed = true;
    }
  }
}

export const launch = new Launch();
