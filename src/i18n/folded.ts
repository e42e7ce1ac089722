/** Text as people search it: without capitals, accents and the shapes that a keyboard lacks. */

/**
 * "O’Brien" becomes "obrien", "Łuczak" "luczak", "STRAẞE" "strasse". The same in every locale: Turkish
 * lower case would make "ı" of an "I".
 */
export function folded(text: string): string {
  return (
    text
      // Before the characters are taken apart, where some apostrophes become a space, and after, where some come out.
      .replaceAll(apostrophes, '')
      .normalize('NFKD')
      .replaceAll(apostrophes, '')
      .replaceAll(invisible, '')
      .toLowerCase()
      .replaceAll(dashes, '-')
      .replaceAll(/[^\0-\x7f]/gu, (letter) => letters[letter] ?? letter)
  );
}

/** A text made ready for `finder`. */
export type Searchable = string & { readonly __searchable: never };

/** Do this once for each text and not at every key. */
export function searchable(text: string): Searchable {
  const plain = folded(text);
  return `${plain}\n${withoutDigraphs(plain)}` as Searchable;
}

/** A test of texts: whether each of the words is somewhere in them. No words are in every text. */
export function finder(words: readonly string[]): (text: Searchable) => boolean {
  const forms = words.map(folded).map((plain) => [plain, withoutDigraphs(plain)] as const);
  return (text) => forms.every(([plain, short]) => text.includes(plain) || text.includes(short));
}

/** The words of a query; a comma ends one, as in "Quill, Ada". */
export function wordsOf(query: string): string[] {
  return query.split(/[\s,;]+/).filter((word) => folded(word) !== '');
}

/** Whether two names are one, however they are spelt. */
export function sameName(a: string, b: string): boolean {
  return nameKey(a) === nameKey(b);
}

const nameKey = (name: string): string => withoutDigraphs(wordsOf(folded(name)).join(' '));

/**
 * One spelling for "ü", "u" and "ue", so that each finds the others; likewise ä, ö, ø, æ, å. Whole runs of
 * letters become one, so that the beginning of a word stays the beginning of its short form.
 */
function withoutDigraphs(plain: string): string {
  return plain.replaceAll(/a[ae]+/g, 'a').replaceAll(/([ou])e+/g, '$1');
}

const apostrophes = /['`´ʹʻʼʽʾʿˈˊˋ‘’‛′‵׳Ꞌꞌ＇]/gu;
/** Accents, and characters that only steer how others are shown. */
const invisible = /[\p{M}\p{Cf}]/gu;
const dashes = /[\p{Pd}−]/gu;

/** Letters that do not come apart into a plain one and its accent. */
const letters: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ħ: 'h',
  ı: 'i',
  ŋ: 'n',
  ŧ: 't',
  ə: 'e',
  // The same letter at the end of a word.
  ς: 'σ',
};
