/** Encrypted files that came in, opened one after the other. They stay encrypted until then. */
import { holdsAgeFile } from '../records/exchange/armour';
import { navigation } from './router.svelte';

class Received {
  #files = $state.raw<readonly File[]>([]);

  /** The one to be opened now. */
  get file(): File | undefined {
    return this.#files[0];
  }

  /** How many wait behind it. */
  get more(): number {
    return Math.max(0, this.#files.length - 1);
  }

  /** Moves on to the next one. */
  next(): void {
    this.#files = this.#files.slice(1);
  }

  /** Keeps the files that can be opened, and shows the page for them. @returns the others */
  async take(files: readonly Blob[]): Promise<Blob[]> {
    const others: Blob[] = [];
    const ours: File[] = [];
    for (const file of files) {
      if (await isForUs(file)) ours.push(file instanceof File ? file : new File([file], ''));
      else others.push(file);
    }
    if (ours.length > 0) {
      this.#files = ours;
      navigation.go({ page: 'open' });
    }
    return others;
  }
}

/** A text or `.age` file counts also where there is nothing in it to open: the page says so. */
async function isForUs(file: Blob): Promise<boolean> {
  if (file.type.startsWith('image/')) return false;
  if (file.type === 'text/plain' || (file instanceof File && /\.(age|txt)$/i.test(file.name))) return true;
  return holdsAgeFile(file);
}

export const received = new Received();
