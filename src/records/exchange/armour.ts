/**
 * The text form of an age file (ASCII armour): share sheets, mail and chats take text where they refuse `.age`.
 * Written as the format says. Read with the changes that mail programs make and that leave no doubt: other line
 * ends and widths, blank lines, spaces, quote marks, text before and after. age itself finds every other change.
 */
import { fromBase64, toBase64 } from '../../base64';
import { Failure } from '../../failure';

type Bytes = Uint8Array<ArrayBuffer>;

const begin = '-----BEGIN AGE ENCRYPTED FILE-----';
const end = '-----END AGE ENCRYPTED FILE-----';
const intro = 'age-encryption.org/v1';

/** Bytes of a line: 64 characters. */
const lineBytes = 48;
/** Bytes and characters that are turned into the other at a time: whole lines, whole groups. */
const pieceBytes = lineBytes << 13;
const pieceLetters = 1 << 18;
/** A forwarded mail may say this much before the file begins. */
const longestForeword = 1 << 18;

/** Word processors turn hyphens into dashes. */
const dashes = '[-\u2010-\u2015]+';
const markers = new RegExp(`${dashes} ?(BEGIN|END) AGE ENCRYPTED FILE ?${dashes}`, 'g');

/** @returns the same bytes as text */
export async function armoured(file: Blob): Promise<Blob> {
  const parts: (Blob | string)[] = [`${begin}\n`];
  for (let at = 0; at < file.size; at += pieceBytes) {
    const text = toBase64(new Uint8Array(await file.slice(at, at + pieceBytes).arrayBuffer()));
    // A blob each: a long text need not stay in the page's own memory.
    parts.push(new Blob([text.replaceAll(/.{1,64}/g, '$&\n')]));
  }
  return new Blob([...parts, `${end}\n`], { type: 'text/plain' });
}

/** Whether it begins as an age file does, or is text that has one in it. Reads the beginning only. */
export async function holdsAgeFile(file: Blob): Promise<boolean> {
  const start = await textOf(file.slice(0, longestForeword));
  return start.startsWith(intro) || saysBegin(start);
}

/** Whether a text has an age file in it, whole or not. */
export function saysBegin(text: string): boolean {
  return [...text.matchAll(markers)].some(([, which]) => which === 'BEGIN');
}

/**
 * The bytes of the age file that a text holds; a file that is no such text stays as it is.
 * @throws Failure `armour-damaged` where a part is missing or changed, `armour-several` where it holds several files
 */
export async function unarmoured(file: Blob): Promise<Blob> {
  if (!(await holdsAgeFile(file))) return file;
  const text = await textOf(file);
  if (text.startsWith(intro)) return file;
  const found = [...text.matchAll(markers)].map((match) => ({
    begins: match[1] === 'BEGIN',
    from: match.index,
    to: match.index + match[0].length,
  }));
  // A mail and the quotation of it hold the same file twice.
  const bodies = new Set(
    found.flatMap(({ begins, to }, at) => {
      if (!begins) return [];
      const last = found[at + 1];
      if (!last || last.begins) throw new Failure('armour-damaged', 'no end');
      return [text.slice(to, last.from).replaceAll(/^[>\s]+|\s+/gm, '')];
    }),
  );
  const [body = '', another] = bodies;
  if (another !== undefined) throw new Failure('armour-several');
  if (body.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(body)) {
    throw new Failure('armour-damaged', 'no base64');
  }
  const pieces: Bytes[] = [];
  for (let at = 0; at < body.length; at += pieceLetters) {
    pieces.push(fromBase64(body.slice(at, at + pieceLetters)));
  }
  return new Blob(pieces);
}

/** Also of what Windows calls "Unicode". */
async function textOf(file: Blob): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const [one, two] = bytes;
  const encoding =
    one === 0xff && two === 0xfe ? 'utf-16le' : one === 0xfe && two === 0xff ? 'utf-16be' : 'utf-8';
  return new TextDecoder(encoding).decode(bytes);
}
