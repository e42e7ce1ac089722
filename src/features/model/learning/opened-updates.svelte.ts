/** Head updates of colleagues that were opened, to be merged. Nothing of them is kept. */
import { addressBook } from '../../../app/address-book';
import { asFailure, Failure } from '../../../failure';
import type { Head } from '../../../domain/learning/head';
import {
  readHeadUpdate,
  requireFor,
  updateLimit,
  type HeadUpdate,
} from '../../../domain/learning/read-head-update';
import type { Manifest } from '../../../domain/pack/manifest';
import type { KeyOwner } from '../../../records/exchange/case/address-book';

export interface OpenedUpdate {
  /** Of its file. */
  readonly name: string;
  readonly update: HeadUpdate;
  /** Whose device has signed it; undefined where none has. */
  readonly signer: KeyOwner | undefined;
}

interface RefusedUpdate {
  readonly name: string;
  readonly failure: Failure;
}

export class OpenedUpdates {
  #opened = $state.raw<readonly OpenedUpdate[]>([]);
  #refused = $state.raw<readonly RefusedUpdate[]>([]);

  get opened(): readonly OpenedUpdate[] {
    return this.#opened;
  }

  /** Of the files that were opened last, those that cannot be merged. */
  get refused(): readonly RefusedUpdate[] {
    return this.#refused;
  }

  /**
   * Opens files; those that cannot be merged are told, and the others are added.
   * @param own heads of this device, which must not be judged by the cases that they learnt from
   */
  async open(files: Iterable<File>, manifest: Manifest, own: readonly Head[]): Promise<void> {
    this.#refused = [];
    for (const file of files) {
      const { name } = file;
      try {
        const opened = await this.#read(file, manifest, own);
        this.#opened = [...this.#opened, opened];
      } catch (thrown) {
        this.#refused = [...this.#refused, { name, failure: asFailure(thrown) }];
      }
    }
  }

  remove(update: OpenedUpdate): void {
    this.#opened = this.#opened.filter((each) => each !== update);
  }

  async #read(file: File, manifest: Manifest, own: readonly Head[]): Promise<OpenedUpdate> {
    // Before it is read: a large file would fill the memory.
    if (file.size > updateLimit) throw new Failure('update-none', `${file.size} bytes`);
    const update = readHeadUpdate(await file.text());
    const { id, version, classes } = manifest;
    requireFor(update, { id, version, codes: classes.map(({ code }) => code) });
    const { updateSigner } = await import('../../../records/exchange/head-signature');
    const signer = await updateSigner(addressBook, update.signature);
    if (signer?.by === 'here' || own.some(({ kernel }) => same(kernel, update.kernel))) {
      throw new Failure('update-own', file.name);
    }
    const others = this.#opened.map((each) => each.update);
    if (others.some(({ kernel }) => same(kernel, update.kernel))) {
      throw new Failure('update-twice', file.name);
    }
    const key = update.signature?.key;
    if (key !== undefined && others.some(({ signature }) => signature?.key === key)) {
      throw new Failure('update-same-device', file.name);
    }
    return { name: file.name, update, signer };
  }
}

function same(one: Float32Array, other: Float32Array): boolean {
  return one.length === other.length && one.every((value, at) => value === other[at]);
}
