/** The model, checked on a folder of pictures whose diagnosis is known. Kept in memory alone, until another is chosen. */
import { SvelteSet } from 'svelte/reactivity';
import { readPicture } from '../../../app/evaluation/read-picture';
import { isPictureName, type FolderFile } from '../../../app/folders/folder';
import { inference } from '../../../app/inference';
import { currentHead } from '../../../app/learning/current-head';
import { Task } from '../../../app/work/task.svelte';
import { matchFiles } from '../../../domain/evaluation/files';
import {
  LabelsError,
  parseLabels,
  unknownLabels,
  type Label,
  type LabelsProblem,
} from '../../../domain/evaluation/labels';
import type { Outcome } from '../../../domain/evaluation/outcome';
import type { Report } from '../../../domain/evaluation/report';
import type { HeadName } from '../../../domain/learning/head';
import type { Manifest } from '../../../domain/pack/manifest';
import type { Prediction } from '../../../domain/prediction';
import { asFailure, type Failure } from '../../../failure';

/** Far more than a table of labels for every picture ever taken. */
const mostTableBytes = 50_000_000;

/** Why a folder cannot be used. */
export type FolderProblem = LabelsProblem | { readonly kind: 'no-table' } | { readonly kind: 'no-row' };

/** A row of the table, and its picture; undefined where the folder has none that fits. */
interface Row {
  readonly label: Label;
  readonly file: FolderFile | undefined;
}

interface Chosen {
  /** Path of the table. */
  readonly table: string;
  readonly rows: readonly Row[];
  readonly unknown: ReturnType<typeof unknownLabels>;
}

/** What the run was made with. */
interface Conditions {
  readonly pack: Prediction['pack'];
  readonly head: HeadName | undefined;
}

export class CheckHere {
  readonly task = new Task('model-check');
  #chosen = $state.raw<Chosen>();
  #problem = $state.raw<FolderProblem>();
  #failure = $state.raw<Failure>();
  #careful = $state(false);
  #outcomes: (Outcome | undefined)[] = [];
  readonly #done = new SvelteSet<number>();
  #report = $state.raw<Report>();
  #made = $state.raw<Conditions>();

  get chosen(): Chosen | undefined {
    return this.#chosen;
  }

  get problem(): FolderProblem | undefined {
    return this.#problem;
  }

  /** Why the folder could not be read, or the figures not be made. */
  get failure(): Failure | undefined {
    return this.#failure;
  }

  get careful(): boolean {
    return this.#careful;
  }

  /** Pictures that were read or cannot be. */
  get done(): number {
    return this.#done.size;
  }

  get complete(): boolean {
    return this.#chosen !== undefined && this.done === this.#chosen.rows.length;
  }

  /** The figures of what has been read so far; undefined while reading, and before. */
  get report(): Report | undefined {
    return this.#report;
  }

  get made(): Conditions | undefined {
    return this.#made;
  }

  /** In the order of the table; those that are not read yet are left out. */
  get outcomes(): readonly (Outcome & { readonly file: FolderFile | undefined })[] {
    return this.#outcomes.flatMap((outcome, index) =>
      outcome ? [{ ...outcome, file: this.#chosen?.rows[index]?.file }] : [],
    );
  }

  /** Reads eight views of each picture, or one. What has been read is dropped. */
  chooseCareful(careful: boolean): void {
    if (careful === this.#careful) return;
    this.#careful = careful;
    this.#forget();
  }

  /** Takes a folder with a table, in place of the one before. */
  async take(files: readonly FolderFile[], { classes }: Manifest): Promise<void> {
    this.task.stop();
    this.#forget();
    this.#chosen = undefined;
    this.#problem = undefined;
    this.#failure = undefined;
    const pictures = files.filter(({ path }) => isPictureName(path));
    const tables = files.filter(({ path }) => /\.(csv|tsv|txt)$/i.test(path));
    let best: Chosen | undefined;
    let problem: FolderProblem | undefined;
    try {
      for (const table of tables) {
        const file = await table.read();
        if (file.size > mostTableBytes) continue;
        try {
          const labels = parseLabels(await file.text(), classes);
          const chosen = {
            table: table.path,
            rows: rowsOf(labels, pictures),
            unknown: unknownLabels(labels),
          };
          if (!best || countFound(chosen) > countFound(best)) best = chosen;
        } catch (thrown) {
          if (!(thrown instanceof LabelsError)) throw thrown;
          problem ??= thrown.problem;
        }
      }
    } catch (thrown) {
      this.#failure = asFailure(thrown);
      return;
    }
    if (best && countFound(best) > 0) this.#chosen = best;
    else this.#problem = best ? { kind: 'no-row' } : (problem ?? { kind: 'no-table' });
  }

  /** Reads what has not been read yet, and then makes the figures, also when it is stopped on the way. */
  async run({ id, version, refused }: Manifest): Promise<void> {
    const rows = this.#chosen?.rows;
    if (!rows) return;
    const pack = { id, version };
    const head = await currentHead();
    const name = head && { id: head.id, createdAt: head.createdAt };
    if (this.#made && !sameConditions(this.#made, { pack, head: name })) this.#forget();
    this.#made = { pack, head: name };
    this.#report = undefined;
    this.#failure = undefined;
    await this.task.run(async (signal, tell) => {
      for (const [index, { label, file }] of rows.entries()) {
        if (this.#done.has(index)) continue;
        signal.throwIfAborted();
        this.#outcomes[index] = await outcomeOf(label, file, {
          careful: this.#careful,
          refused,
          head,
          signal,
        });
        this.#done.add(index);
        tell(this.#done.size / rows.length);
      }
    });
    await this.#makeReport();
  }

  async #makeReport(): Promise<void> {
    const outcomes = this.#outcomes.filter((outcome) => outcome !== undefined);
    if (outcomes.length === 0) return;
    try {
      this.#report = await inference.call('figures', { outcomes, careful: this.#careful });
    } catch (thrown) {
      this.#failure = asFailure(thrown);
    }
  }

  #forget(): void {
    this.#outcomes = [];
    this.#done.clear();
    this.#report = undefined;
    this.#made = undefined;
  }
}

/** Stays for as long as the app is open, so that a look at another page loses nothing. */
export const checkHere = new CheckHere();

function rowsOf(labels: readonly Label[], pictures: readonly FolderFile[]): Row[] {
  const found = matchFiles(labels, pictures);
  return labels.map((label, index) => ({ label, file: found[index] }));
}

async function outcomeOf(
  label: Label,
  file: FolderFile | undefined,
  options: Parameters<typeof readPicture>[2],
): Promise<Outcome> {
  if (!file) return { label, error: 'file-missing' };
  let picture: File;
  try {
    picture = await file.read();
  } catch {
    return { label, error: 'file-unreadable' };
  }
  const answer = await readPicture(inference, picture, options);
  if ('error' in answer) return { label, error: answer.error };
  return { label, prediction: answer, ...(label.code === undefined && { error: 'unknown-label' as const }) };
}

const countFound = ({ rows }: Chosen): number => rows.filter(({ file }) => file !== undefined).length;

function sameConditions(one: Conditions, other: Conditions): boolean {
  return (
    one.pack.id === other.pack.id &&
    one.pack.version === other.pack.version &&
    one.head?.id === other.head?.id
  );
}
