import { armor } from 'age-encryption';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Failure } from '../../failure';
import { armoured, holdsAgeFile, saysBegin, unarmoured } from './armour';

const begin = '-----BEGIN AGE ENCRYPTED FILE-----';
const end = '-----END AGE ENCRYPTED FILE-----';

const bytesOf = async (file: Blob) => new Uint8Array(await file.arrayBuffer());
const textFile = (...parts: BlobPart[]) => new Blob(parts, { type: 'text/plain' });
const someBytes = fc.uint8Array({ minLength: 1, maxLength: 500 });

describe('what is written', () => {
  it('is what age itself writes and reads', async () => {
    await fc.assert(
      fc.asyncProperty(someBytes, async (bytes) => {
        const text = await (await armoured(new Blob([bytes]))).text();
        expect(text).toBe(armor.encode(bytes));
        expect(armor.decode(text)).toEqual(bytes);
      }),
    );
  });

  it('is put together from pieces of a long file', async () => {
    const long = new Uint8Array((48 << 13) * 2 + 5).map((_, at) => at * 7);
    const text = await armoured(new Blob([long]));
    expect(await text.text()).toBe(armor.encode(long));
    expect(Buffer.compare(await bytesOf(await unarmoured(text)), long)).toBe(0);
  });
});

describe('what is read', () => {
  /** What mail programs do to a text; each is given its lines. */
  const changes: Readonly<Record<string, (text: string) => string | BlobPart[]>> = {
    nothing: (text) => text,
    'other line ends': (text) => text.replaceAll('\n', '\r\n'),
    'old line ends': (text) => text.replaceAll('\n', '\r'),
    'blank lines around': (text) => `\n\r\n  \n${text}\n\n \t\n`,
    'blank lines between': (text) => text.replaceAll('\n', '\n\n'),
    'spaces at the ends of lines': (text) => text.replaceAll('\n', ' \t\u00a0\n'),
    'indented lines': (text) => text.replaceAll(/^/gm, '    '),
    'quoted lines': (text) => text.replaceAll(/^/gm, '> > '),
    'words around': (text) => `Dear colleague,\nplease have a look:\n\n${text}\nKind regards\n-- \nDr M.`,
    'lines broken anew': (text) => text.replaceAll(/^(.{40})(.{24})$/gm, '$1\n$2'),
    'dashes for hyphens': (text) => text.replaceAll('-----', '\u2014\u2013-'),
    'a mark of its encoding': (text) => `\ufeff${text}`,
    'two bytes a letter': (text) => [
      Uint8Array.of(0xff, 0xfe),
      Uint16Array.from(text, (letter) => letter.charCodeAt(0)),
    ],
    'said twice': (text) => `${text}\nYou wrote:\n${text.replaceAll(/^/gm, '> ')}`,
    'no line end at the end': (text) => text.trimEnd(),
  };

  it.each(Object.entries(changes))('stands %s', async (_, change) => {
    await fc.assert(
      fc.asyncProperty(someBytes, async (bytes) => {
        const changed = change(armor.encode(bytes));
        const file = textFile(...(typeof changed === 'string' ? [changed] : changed));
        expect(await holdsAgeFile(file)).toBe(true);
        expect(await bytesOf(await unarmoured(file))).toEqual(bytes);
      }),
      { numRuns: 30 },
    );
  });

  it.each([
    ['has no end', (text: string) => text.slice(0, -40)],
    ['has no beginning of the next', (text: string) => text.replace(end, begin)],
    ['lacks letters', (text: string) => text.replace(/\n.{3}/, '\n')],
    ['has a letter of its own', (text: string) => text.replace(/\n./, '\n*')],
    ['has an end in its middle', (text: string) => text.replace(/\n./, '\n=')],
    ['is empty', () => `${begin}\n${end}\n`],
  ])('is refused where it %s', async (_, change) => {
    const text = change(armor.encode(new Uint8Array(200).fill(7)));
    await expect(unarmoured(textFile(text))).rejects.toMatchObject({ code: 'armour-damaged' });
  });

  it('is refused where it is more than one file', async () => {
    const [one, two] = [1, 2].map((value) => armor.encode(new Uint8Array(99).fill(value)));
    await expect(unarmoured(textFile(`${one}\n${two}`))).rejects.toMatchObject({ code: 'armour-several' });
  });

  it('never fails in another way, whatever stands in the text', async () => {
    const part = fc.oneof(fc.constantFrom(begin, end, '\n', 'AAAA', '=', '> '), fc.string());
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 12 }), async (parts) => {
        const file = textFile(parts.join(''));
        const read = await unarmoured(file).catch((error: unknown) => error);
        if (!(read instanceof Blob)) expect((read as Failure).code).toMatch(/^armour-/);
      }),
    );
  });

  it('leaves a file alone that is no such text', async () => {
    const binary = new Blob(['age-encryption.org/v1\n-> X25519 ', Uint8Array.of(255, 254, 0)]);
    expect(await unarmoured(binary)).toBe(binary);
    expect(await holdsAgeFile(binary)).toBe(true);
    const picture = new Blob([Uint8Array.of(0xff, 0xd8, 0xff, 0xe0)]);
    expect(await unarmoured(picture)).toBe(picture);
    expect(await holdsAgeFile(picture)).toBe(false);
    expect(saysBegin(end)).toBe(false);
    expect(saysBegin(`see ${begin} …`)).toBe(true);
  });
});
