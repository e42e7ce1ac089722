import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { finder, folded, sameName, searchable, wordsOf } from './folded';

const finds = (query: string, text: string): boolean => finder(wordsOf(query))(searchable(text));

afterEach(() => vi.restoreAllMocks());

describe('folding', () => {
  it.each([
    ['Łukasz Żółć', 'lukasz zolc'],
    ['Søren Ørsted', 'soren orsted'],
    ['STRAẞE Strauß', 'strasse strauss'],
    ['Ægir Œuvre Þór Đặng', 'aegir oeuvre thor dang'],
    ['Iğdır İzmir ışık', 'igdir izmir isik'],
    ['ＡＢＣ ﬁn', 'abc fin'],
    ['Νίκος', 'νικοσ'],
    ['Anne\u2011Marie \u2013 \u00adX', 'anne-marie - x'],
  ])('%s is %s', (text, plain) => {
    expect(folded(text)).toBe(plain);
  });

  it('drops apostrophes of every shape', () => {
    for (const mark of "'`´ʹʻʼʽʾʿˈˊˋ‘’‛′‵׳Ꞌꞌ＇") {
      expect(folded(`O${mark}Brien`), mark).toBe('obrien');
      for (const other of ["'", '’', '']) {
        expect(finds(`o${mark}br`, `Sinéad O${other}Brien`), `${mark} and ${other}`).toBe(true);
      }
    }
  });

  it('is the same in a Turkish browser', () => {
    vi.spyOn(String.prototype, 'toLocaleLowerCase').mockImplementation(function (this: string) {
      return this.replaceAll('I', 'ı').toLowerCase();
    });
    expect(folded('IRIS İnci')).toBe('iris inci');
  });

  it('changes nothing a second time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(folded(folded(text))).toBe(folded(text));
      }),
    );
  });
});

/** How one letter may be written. */
const spellings = [
  ['ü', 'u', 'ue', 'Ü', 'UE', 'u\u0308'],
  ['ä', 'a', 'ae', 'æ', 'Æ'],
  ['ö', 'o', 'oe', 'ø', 'Ø', 'œ'],
  ['å', 'a', 'aa', 'Å'],
  ['ß', 'ss', 'SS', 'ẞ'],
  ['ł', 'l', 'Ł'],
  ['ı', 'i', 'I', 'İ'],
  ...Array.from('bdkmnrt').map((letter) => [letter, letter.toUpperCase()]),
];

/** A name, written in two ways. */
const twoWays = fc
  .array(
    fc
      .constantFrom(...spellings)
      .chain((ways) => fc.tuple(fc.constantFrom(...ways), fc.constantFrom(...ways))),
    { minLength: 1, maxLength: 8 },
  )
  .map((pairs) => [pairs.map(([one]) => one).join(''), pairs.map(([, two]) => two).join('')] as const);

describe('finding', () => {
  it.each([
    ['Mueller', 'Müller'],
    ['Mueller', 'Muller'],
    ['Muller', 'Müller'],
    ['Muller', 'Mueller'],
    ['Müller', 'Muller'],
    ['Müller', 'Mueller'],
    ['Soerensen', 'Sørensen'],
    ['Aagaard', 'Ågård'],
    ['el', 'Samuel'],
    ['Quill, Ada', 'Ada Quill'],
    ['lovelace', 'ADA LOVELACE'],
  ])('%s finds %s', (query, text) => {
    expect(finds(query, text)).toBe(true);
  });

  it('does not find another', () => {
    expect(finds('Meier', 'Müller')).toBe(false);
    expect(finds('Ada Meier', 'Ada Quill')).toBe(false);
  });

  it('finds a name however it is spelt, and from its first letter on', () => {
    fc.assert(
      fc.property(twoWays, fc.nat(), ([stored, typed], cut) => {
        expect(finds(typed, stored)).toBe(true);
        expect(
          finds(
            Array.from(typed)
              .slice(0, 1 + (cut % typed.length))
              .join(''),
            stored,
          ),
        ).toBe(true);
        expect(sameName(stored, typed)).toBe(true);
      }),
    );
  });

  it('finds every part of a text by itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(), fc.nat(), (text, from, length) => {
        const all = Array.from(text);
        const start = all.length === 0 ? 0 : from % all.length;
        expect(finds(all.slice(start, start + length).join(''), text)).toBe(true);
      }),
    );
  });
});
