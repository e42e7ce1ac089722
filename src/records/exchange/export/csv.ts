/**
 * Tables as files: RFC 4180. Our own, because csv-stringify (9 kB, brotli) leaves a lone line feed unquoted where
 * lines end with CR LF, and does not mark a text that begins with one.
 */

/** What a person typed, which stays text also where it looks like a number or a date. */
interface Typed {
  readonly typed: string;
}

export type Cell = string | number | boolean | Typed | null | undefined;

export function typed(text: string | undefined): Cell {
  return text === undefined ? undefined : { typed: text };
}

/** Read as an extra, unseen character by some programs, and as the sign of UTF-8 by spreadsheets. */
const byteOrderMark = '\uFEFF';

/**
 * What a spreadsheet would take for a formula when it stands first (OWASP, CSV injection), also behind spaces and
 * characters that are not seen, which some programs drop.
 */
const formula = /^[\t\r\n]|^[\s\p{Cc}\p{Cf}]*[=+\-@＝＋－＠]/u;

/** What a spreadsheet would make a number, a date or a time of: 0012345, 1-2, 3E10, 4/5, 12:30, 2 May. */
const lookalike =
  /^\s*(?=.*\d)([\d.,:/\s’%-]+|\d+[.,]?\d*e[+-]?\d+|\d{1,4}[.\s/-]*\p{L}{3,9}\.?[\s/-]*\d{0,4}|\p{L}{3,9}\.?[\s/-]*\d{1,4})\s*$/iu;

export function csvOf(rows: Iterable<readonly Cell[]>, { mark }: { readonly mark: boolean }): string {
  const lines = Array.from(rows, (cells) => `${cells.map(written).join(',')}\r\n`);
  return `${mark ? byteOrderMark : ''}${lines.join('')}`;
}

function written(cell: Cell): string {
  if (cell === null || cell === undefined) return '';
  if (typeof cell === 'number' || typeof cell === 'boolean') return String(cell);
  const plain = typeof cell === 'string' ? cell : cell.typed;
  const marked = formula.test(plain) || (typeof cell !== 'string' && lookalike.test(plain));
  const text = marked ? `'${plain}` : plain;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
