/** predictions.csv, written in the order of the labels while the pictures are being read. */
import { appendFileSync, writeFileSync } from 'node:fs';
import { stringify } from 'csv-stringify/sync';
import type { Outcome } from '../../src/domain/evaluation/outcome.ts';
import type { PredictionsTable } from '../../src/domain/evaluation/predictions-table.ts';

/** Outcomes may come in any order: each is written as soon as all before it are there. */
export class PredictionsFile {
  readonly #path: string;
  readonly #table: PredictionsTable;
  readonly #waiting = new Map<number, Outcome>();
  #next = 0;

  /** Replaces what is at `path`. */
  constructor(path: string, table: PredictionsTable) {
    this.#path = path;
    this.#table = table;
    writeFileSync(path, stringify([[...table.header]]));
  }

  add(index: number, outcome: Outcome): void {
    this.#waiting.set(index, outcome);
    let text = '';
    for (let next; (next = this.#waiting.get(this.#next)); this.#next++) {
      this.#waiting.delete(this.#next);
      text += stringify([[...this.#table.row(next)]]);
    }
    if (text) appendFileSync(this.#path, text);
  }
}
