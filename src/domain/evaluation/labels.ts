/** The table of the pictures whose diagnosis is known: which file shows what. Other columns are kept. */
import Papa from 'papaparse';
import { isicNames } from '../isic-names';
import type { LocalText } from '../pack/words';

/** Label of a picture that shows no lesion: it counts for the out-of-distribution check alone. */
export const noLesion = 'none';

export interface Label {
  /** Path of the picture inside the folder of pictures. */
  readonly file: string;
  /** What the picture shows, as the table has it. */
  readonly dx: string;
  /** The code in `dx`: one of the pack's, or `none`; undefined for anything else. */
  readonly code: string | undefined;
  readonly others: Readonly<Record<string, string>>;
}

/** A condition of the pack, as the manifest has it. */
interface Condition {
  readonly code: string;
  readonly name?: LocalText;
}

/** Why a text is no table of labels. */
export type LabelsProblem =
  | { readonly kind: 'not-a-table' }
  | { readonly kind: 'no-columns' }
  | { readonly kind: 'column-twice'; readonly column: string }
  | { readonly kind: 'outside'; readonly file: string };

/** Its message is for the terminal; the app has words of its own for `problem`. */
export class LabelsError extends Error {
  override readonly name = 'LabelsError';
  readonly problem: LabelsProblem;

  constructor(problem: LabelsProblem) {
    super(messageOf(problem));
    this.problem = problem;
  }
}

/** Names of the column with the file and of the one with the diagnosis; the first that is there counts. */
const fileColumns = ['file', 'filename', 'image', 'image_id', 'isic_id'];
const diagnosisColumns = ['dx', 'diagnosis'];

/**
 * Reads a table with commas, semicolons or tabs. The diagnosis is a code or name of the pack's, a name that the ISIC
 * archive uses, or `none`, in any case. In place of that column there may be one for each code with 1 in the row's own
 * (as in the tables of the ISIC challenges).
 * @throws LabelsError when the text is no table, lacks a column or has one twice, or names a file outside of
 *   the folder of pictures
 */
export function parseLabels(text: string, conditions: readonly Condition[] = []): Label[] {
  const { data, errors } = Papa.parse<string[]>(text.replace(/^\uFEFF/, ''), {
    delimiter: delimiterOf(text),
    skipEmptyLines: 'greedy',
  });
  if (errors.some(({ type }) => type === 'Quotes')) throw new LabelsError({ kind: 'not-a-table' });
  const [header = [], ...rows] = data.map((cells) => cells.map((cell) => cell.trim()));
  const names = named(header);
  const fileAt = firstOf(names, fileColumns);
  const diagnosisAt = firstOf(names, diagnosisColumns);
  const oneHot = diagnosisAt < 0 ? codesAt(names, conditions) : [];
  if (fileAt < 0 || (diagnosisAt < 0 && oneHot.length < 2)) throw new LabelsError({ kind: 'no-columns' });

  const codes = codesByName(conditions);
  const own = new Set([fileAt, diagnosisAt, ...oneHot.map(([index]) => index)]);
  return rows.map((cells) => {
    const file = cells[fileAt] ?? '';
    if (file.split(/[/\\]/).includes('..')) throw new LabelsError({ kind: 'outside', file });
    const marked = oneHot.filter(([index]) => Number(cells[index]) === 1);
    const dx =
      diagnosisAt >= 0 ? (cells[diagnosisAt] ?? '') : marked.length === 1 ? (marked[0]?.[1] ?? '') : '';
    const others = names.flatMap((name, index): [string, string][] =>
      own.has(index) || cells[index] === undefined ? [] : [[name, cells[index]]],
    );
    return { file, dx, code: codes.get(dx.toLowerCase()), others: Object.fromEntries(others) };
  });
}

/** How many labels are none of the pack's, and which; undefined when all are known. */
export function unknownLabels(
  labels: readonly Label[],
): { readonly count: number; readonly names: readonly string[] } | undefined {
  const unknown = labels.filter(({ code }) => code === undefined);
  const names = [...new Set(unknown.map(({ dx }) => dx))];
  return unknown.length > 0 ? { count: unknown.length, names } : undefined;
}

function delimiterOf(text: string): string {
  const header = /^[^\r\n]*/.exec(text)?.[0] ?? '';
  const count = (mark: string): number => header.split(mark).length;
  return [',', ';', '\t'].reduce((best, mark) => (count(mark) > count(best) ? mark : best));
}

/** @throws LabelsError */
function named(header: readonly string[]): string[] {
  const names = header.map((name, index) => (name === '' ? `column_${index + 1}` : name));
  const column = names.find((name, index) => names.indexOf(name) < index);
  if (column !== undefined) throw new LabelsError({ kind: 'column-twice', column });
  return names;
}

function firstOf(names: readonly string[], wanted: readonly string[]): number {
  const lower = names.map((name) => name.toLowerCase());
  return wanted.map((name) => lower.indexOf(name)).find((index) => index >= 0) ?? -1;
}

/** Columns that are called like a condition. */
function codesAt(
  names: readonly string[],
  conditions: readonly Condition[],
): [index: number, code: string][] {
  return conditions.flatMap(({ code }): [number, string][] => {
    const index = firstOf(names, [code.toLowerCase()]);
    return index >= 0 ? [[index, code]] : [];
  });
}

function codesByName(conditions: readonly Condition[]): ReadonlyMap<string, string> {
  return new Map([
    ...conditions.flatMap(({ code }) =>
      (isicNames[code] ?? []).map((name): [string, string] => [name, code]),
    ),
    ...conditions.flatMap(({ code, name }) =>
      (typeof name === 'string' ? [name] : Object.values(name ?? {})).map((each): [string, string] => [
        each.toLowerCase(),
        code,
      ]),
    ),
    ...[...conditions.map(({ code }) => code), noLesion].map((code): [string, string] => [
      code.toLowerCase(),
      code,
    ]),
  ]);
}

function messageOf(problem: LabelsProblem): string {
  switch (problem.kind) {
    case 'not-a-table':
      return 'the labels are no table: a quotation mark is opened and not closed';
    case 'no-columns':
      return 'the labels need the columns "file" and "dx"';
    case 'column-twice':
      return `the labels have the column "${problem.column}" twice`;
    case 'outside':
      return `"${problem.file}" lies outside of the folder of pictures: the labels may not have ".."`;
  }
}
