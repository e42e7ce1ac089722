/**
 * Tables as files: RFC 4180. Our own, because csv-stringify (9 kB, brotli) leaves a lone line feed unquoted where
 * lines end with CR LF, and does not mark a text that begins with one.
 */

export type Cell = string | number | boolean | null | undefined;

/** Read as an extra, unseen character by some programs, and as the sign of UTF-8 by spreadsheets. */
const byteOrderMark = '\uFEFF';

/** What a spreadsheet would take for a formula when it stands first (OWASP, CSV injection). */
const formula = /^[=+\-@\t\r\n＝＋－＠]/;

export function csvOf(rows: Iterable<readonly Cell[]>, { mark }: { readonly mark: boolean }): string {
  const lines = Array.from(rows, (cells) => `${cells.map(written).join(',')}\r\n`);
  return `${mark ? byteOrderMark : ''}${lines.join('')}`;
}

function written(cell: Cell): string {
  if (cell === null || cell === undefined) return '';
  if (typeof cell !== 'string') return String(cell);
  const text = formula.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
