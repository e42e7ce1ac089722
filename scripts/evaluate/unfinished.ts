/**
 * The outcomes of a run that has not ended, so that it can go on where it was stopped: a file of JSON
 * lines. The first says what the run is of; each further one is the outcome of a picture.
 */
import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Outcome } from '../../src/domain/evaluation/outcome.ts';

/** What must be the same for a run to go on, in words that can be shown. */
export type RunIdentity = Readonly<Record<string, string>>;

type StoredOutcome = Omit<Outcome, 'label'>;

export class UnfinishedRun {
  readonly #path: string;
  /** By the number of the picture in the labels. */
  readonly done: ReadonlyMap<number, StoredOutcome>;

  private constructor(path: string, done: ReadonlyMap<number, StoredOutcome>) {
    this.#path = path;
    this.done = done;
  }

  /**
   * Begins a run, or goes on with the one that is stored at `path`.
   * @throws Error that says what differs when another run is stored there
   */
  static open(path: string, identity: RunIdentity): UnfinishedRun {
    const [first, ...lines] = existsSync(path) ? completeLines(readFileSync(path, 'utf8')) : [];
    const done = new Map<number, StoredOutcome>();
    if (first === undefined || lines.length === 0) {
      writeFileSync(path, line(identity));
    } else {
      const stored = JSON.parse(first) as RunIdentity;
      const names = new Set([...Object.keys(stored), ...Object.keys(identity)]);
      const differences = [...names]
        .filter((name) => stored[name] !== identity[name])
        .map((name) => `\n  ${name}: then ${stored[name] ?? '-'}, now ${identity[name] ?? '-'}`);
      if (differences.length > 0) {
        throw new Error(
          `A run of ${lines.length} pictures was stopped and is kept in ${path}, but this is not the same run:` +
            `${differences.join('')}\nName another folder with --out, or add --restart to drop the stopped run.`,
        );
      }
      for (const text of lines) {
        const { index, outcome } = JSON.parse(text) as { index: number; outcome: StoredOutcome };
        done.set(index, outcome);
      }
      // Without the half of a line that a crash may have left.
      writeFileSync(path, [first, ...lines].map((text) => `${text}\n`).join(''));
    }
    return new UnfinishedRun(path, done);
  }

  add(index: number, outcome: StoredOutcome): void {
    appendFileSync(this.#path, line({ index, outcome: { ...outcome, label: undefined } }));
  }

  /** Nothing is left to go on with. */
  end(): void {
    rmSync(this.#path);
  }
}

const line = (value: unknown): string => `${JSON.stringify(value)}\n`;

function completeLines(text: string): string[] {
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .slice(0, -1);
}
