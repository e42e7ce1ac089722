/** Changes that keep most of a file as it was, so that a parser goes far before it meets one. */
import type { Random } from './random.ts';

export type Bytes = Uint8Array<ArrayBuffer>;

/** At the edges of what fields of one, two and four bytes hold. */
const edges = [0, 1, 2, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];

/** One to eight changes: bits, bytes, numbers of either byte order, and parts cut, doubled or moved. */
export function mutatedBytes(bytes: Bytes, random: Random, other: Bytes = bytes): Bytes {
  let file = bytes.slice();
  for (let left = 1 + random.below(8); left > 0; left--) file = changed(file, random, other);
  return file;
}

function changed(file: Bytes, random: Random, other: Bytes): Bytes {
  const at = random.below(file.length + 1);
  const length = 1 + random.below(Math.min(64, file.length || 1));
  const view = new DataView(file.buffer);
  switch (random.below(9)) {
    case 0:
      if (at < file.length) file[at] = (file[at] ?? 0) ^ (1 << random.below(8));
      return file;
    case 1:
      if (at < file.length) file[at] = random.one(edges) ?? 0;
      return file;
    case 2:
      if (at + 2 <= file.length) view.setUint16(at, random.one(edges) ?? 0, random.below(2) === 0);
      return file;
    case 3:
      if (at + 4 <= file.length) view.setUint32(at, random.one(edges) ?? 0, random.below(2) === 0);
      return file;
    case 4:
      return file.slice(0, at);
    case 5:
      return joined(file.subarray(0, at), file.subarray(at + length));
    case 6:
      return joined(file.subarray(0, at), file.subarray(at, at + length), file.subarray(at));
    case 7:
      return joined(file.subarray(0, at), other.subarray(random.below(other.length)));
    default:
      return joined(file.subarray(0, at), new Uint8Array(length).fill(random.below(256)), file.subarray(at));
  }
}

export function joined(...parts: readonly Uint8Array[]): Bytes {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

const strings = [
  '',
  ' ',
  '\0',
  '\ufeff',
  '\ud800',
  '../../x',
  '__proto__',
  '=1+1',
  '2026-02-30',
  '9999-12-31T23:59:59.999Z',
  '+275760-09-13',
  '00000000-0000-4000-8000-000000000000',
  '\u202e'.repeat(50),
  'W'.repeat(100_000),
];
const numbers = [
  0,
  -0,
  -1,
  1,
  0.5,
  1e-320,
  1e21,
  1e308,
  -1e308,
  2 ** 31,
  2 ** 53,
  2 ** 53 + 2,
  8e15,
  255,
  65536,
];

/** A value of JSON of which one to four parts are others, missing, doubled, or of another kind. */
export function mutatedJson(value: unknown, random: Random): unknown {
  let changedValue = value;
  for (let left = 1 + random.below(1 + random.below(4)); left > 0; left--)
    changedValue = changedPart(changedValue, random, 0);
  return changedValue;
}

function changedPart(value: unknown, random: Random, depth: number): unknown {
  const inside = typeof value === 'object' && value !== null && depth < 12 && random.below(8) > 0;
  if (inside && Array.isArray(value)) return changedList(value, random, depth);
  if (inside) return changedObject(value as Record<string, unknown>, random, depth);
  return anyValue(value, random);
}

function changedList(list: readonly unknown[], random: Random, depth: number): unknown[] {
  const at = random.below(list.length);
  if (random.below(5) === 0) return [...list.slice(0, at), ...list.slice(at + 1)];
  if (random.below(5) === 0) return many(list[at], random);
  return list.map((each, k) => (k === at ? changedPart(each, random, depth + 1) : each));
}

/** More of the same than a form would ever hold, but no file of many megabytes. */
function many(value: unknown, random: Random): unknown[] {
  const size = JSON.stringify(value ?? null).length;
  return Array.from({ length: 1 + random.below(Math.min(3000, Math.ceil(200_000 / size))) }, () => value);
}

function changedObject(
  value: Readonly<Record<string, unknown>>,
  random: Random,
  depth: number,
): Record<string, unknown> {
  const keys = Object.keys(value);
  const key = random.one(keys) ?? 'more';
  const entries = Object.entries(value);
  if (random.below(6) === 0) return Object.fromEntries(entries.filter(([name]) => name !== key));
  if (random.below(10) === 0)
    return Object.fromEntries([...entries, [random.one(strings) ?? '', value[key]]]);
  return Object.fromEntries(
    entries.map(([name, each]) => [name, name === key ? changedPart(each, random, depth + 1) : each]),
  );
}

function anyValue(value: unknown, random: Random): unknown {
  if (typeof value === 'string' && random.below(2) === 0) return changedText(value, random);
  if (typeof value === 'number' && random.below(2) === 0) return value + random.one([-1, 1, 0.5, 1e9]);
  switch (random.below(6)) {
    case 0:
      return null;
    case 1:
      return random.below(2) === 0;
    case 2:
      return random.one(numbers);
    case 3:
      return random.one(strings);
    case 4:
      return [];
    default:
      return {};
  }
}

/** Text with something in it that does not belong there, or something of it again. */
export function changedText(text: string, random: Random): string {
  const at = random.below(text.length + 1);
  const to = at + random.below(20);
  switch (random.below(4)) {
    case 0:
      return text.slice(0, at) + text.slice(to);
    case 1:
      return text.slice(0, at) + text.slice(at, to).repeat(1 + random.below(200)) + text.slice(to);
    case 2:
      return text.slice(0, at) + (random.one(strings) ?? '') + text.slice(to);
    default:
      return (
        text.slice(0, at) +
        random.one(['"', ',', '\n', '\r\n', ';', '\t', "'", '\\', '->', '--- ']) +
        text.slice(at)
      );
  }
}
