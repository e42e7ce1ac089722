/** The list of pictures to read: a CSV file with the columns `file` and `dx`; others are kept. */
import { parse } from 'csv-parse/sync';

export interface Label {
  /** Path of the picture inside the folder of pictures. */
  readonly file: string;
  /** What the picture shows: a class code of the pack, or `none`. */
  readonly dx: string;
  readonly others: Readonly<Record<string, string>>;
}

/** @throws Error with words for the terminal when the text is no CSV or lacks a column. */
export function parseLabels(text: string): Label[] {
  const rows: Record<string, string>[] = parse(text, {
    bom: true,
    columns: true,
    trim: true,
    skip_empty_lines: true,
    relax_column_count: true,
  });
  return rows.map((row) => {
    const { file, dx, ...others } = row;
    if (file === undefined || dx === undefined)
      throw new Error('the labels need the columns "file" and "dx"');
    return { file, dx, others };
  });
}
