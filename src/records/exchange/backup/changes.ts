/** What a backup would change, value by value, as far as a person will read it. */
import type { Entity } from '../../changes';
import type { FieldChange, Standing } from './merge';

export interface RowChange extends FieldChange {
  readonly of: Entity;
  /** Of the row that is here and changes. */
  readonly id: string;
}

/** Changes that are listed at a time: a large backup has more than fit into memory. */
export const mostListed = 200;

export class ChangeList {
  readonly listed: RowChange[] = [];
  count = 0;
  readonly #from: number;

  /** @param from how many changes come before those that are listed */
  constructor(from: number) {
    this.#from = from;
  }

  add(of: Entity, id: string, { changes }: Standing): void {
    for (const change of changes) {
      if (this.count >= this.#from && this.listed.length < mostListed) {
        this.listed.push({ ...change, of, id });
      }
      this.count += 1;
    }
  }
}
