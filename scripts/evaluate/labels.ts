/** The list of pictures to read: a CSV file with the columns `file` and `dx`; others are kept. */
import { parse } from 'csv-parse/sync';

/** Label of a picture that shows no lesion: it counts for the out-of-distribution check alone. */
export const noLesion = 'none';

export interface Label {
  /** Path of the picture inside the folder of pictures. */
  readonly file: string;
  /** What the picture shows, as the list has it. */
  readonly dx: string;
  /** The code that `dx` stands for: one of the pack's, or `none`; undefined where it is neither. */
  readonly code: string | undefined;
  readonly others: Readonly<Record<string, string>>;
}

/**
 * @param codes of the pack's classes; `dx` names them in any case
 * @throws Error with words for the terminal when the text is no CSV, lacks a column or has one twice, or
 *   names a file outside of the folder of pictures
 */
export function parseLabels(text: string, codes: readonly string[] = []): Label[] {
  const rows: Record<string, string>[] = parse(text, {
    bom: true,
    columns: namedColumns,
    trim: true,
    skip_empty_lines: true,
    relax_column_count: true,
  });
  const known = new Map([...codes, noLesion].map((code) => [code.toLowerCase(), code]));
  const labels = rows.map(({ file = '', dx = '', ...others }) => ({
    file,
    dx,
    code: known.get(dx.toLowerCase()),
    others,
  }));
  const outside = labels.find(({ file }) => file.split(/[/\\]/).includes('..'));
  if (outside) {
    throw new Error(`"${outside.file}" lies outside of the folder of pictures: the labels may not have ".."`);
  }
  return labels;
}

function namedColumns(header: readonly string[]): string[] {
  for (const needed of ['file', 'dx']) {
    if (!header.includes(needed)) throw new Error('the labels need the columns "file" and "dx"');
  }
  const names = header.map((name, index) => (name === '' ? `column_${index + 1}` : name));
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) throw new Error(`the labels have the column "${twice}" twice`);
  return names;
}

/** Says which labels are none of the pack's, and which it knows; undefined when all are known. */
export function unknownLabels(labels: readonly Label[], codes: readonly string[]): string | undefined {
  const unknown = labels.filter(({ code }) => code === undefined);
  if (unknown.length === 0) return undefined;
  const names = [...new Set(unknown.map(({ dx }) => `"${dx}"`))];
  const listed = [...names.slice(0, 5), ...(names.length > 5 ? ['…'] : [])].join(', ');
  return (
    `${unknown.length} of ${labels.length} pictures have a label that the model does not know: ${listed}. ` +
    `They are read, but do not count in the figures. Known labels: ${[...codes, noLesion].join(', ')}.`
  );
}
