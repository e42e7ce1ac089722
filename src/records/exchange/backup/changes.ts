/** What a backup would change, value by value, as far as a person will read it. */
import type { Entity } from '../../changes';
import type { FieldChange, Standing } from './merge';

export interface RowChange extends FieldChange {
  readonly of: Entity;
  /** Name of the patient or lesion as it is here, time of the visit (ISO). */
  readonly row: string;
}

const mostListed = 200;

export class ChangeList {
  readonly listed: RowChange[] = [];
  more = 0;

  add(of: Entity, row: string, { changes }: Standing): void {
    for (const change of changes) {
      if (this.listed.length < mostListed) this.listed.push({ ...change, of, row });
      else this.more += 1;
    }
  }
}
