/**
 * Every parser of what comes from outside, behind one face: a file that is valid, changed a little, is given to the
 * module that the app runs. Refusing is right, with a `Failure`; anything else that is thrown is a finding.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../../src/failure.ts';
import { parseManifest } from '../../src/domain/pack/manifest.ts';
import { parseMetrics } from '../../src/domain/pack/metrics.ts';
import { asIsoDay } from '../../src/domain/calendar/calendar.ts';
import { captureDay } from '../../src/image/decode/capture-day.ts';
import { webpOrientation } from '../../src/image/decode/orientation.ts';
import { sniff } from '../../src/domain/picture-header/sniff.ts';
import { checkWhole } from '../../src/image/whole/whole.ts';
import { decodeBank } from '../../src/model/learning/bank.ts';
import { unpack } from '../../src/model/packs/unpack.ts';
import { parseJson, type Pack } from '../../src/model/packs/pack.ts';
import { makeTinyPack } from '../../src/model/testdata/tiny-pack.ts';
import { parseRoute } from '../../src/app/route.ts';
import { parseSettings } from '../../src/app/settings.ts';
import { calendarFile } from '../../src/features/patients/check-ups/calendar-file.ts';
import { lockOf, type AgeFile } from '../../src/records/exchange/age.ts';
import { armoured, unarmoured } from '../../src/records/exchange/armour.ts';
import { readBackup } from '../../src/records/exchange/backup/read.ts';
import { csvOf, typed } from '../../src/records/exchange/export/csv.ts';
import { parse } from 'csv-parse/sync';
import { LabelsError, parseLabels } from '../../src/domain/evaluation/labels.ts';
import { ageFile, anAddress, entriesOf, keepAddress, restoreInto, validBackup, zipOf } from './backups.ts';
import { changedText, mutatedBytes, mutatedJson, type Bytes } from './mutate.ts';
import type { Random } from './random.ts';

export interface Target {
  readonly name: string;
  /** An input that is nearly right. */
  readonly make: (random: Random) => Bytes | Promise<Bytes>;
  /** @throws Failure where the input is refused */
  readonly run: (input: Bytes) => unknown;
}

const root = join(import.meta.dirname, '../..');
const encode = (text: string): Bytes => Uint8Array.from(new TextEncoder().encode(text));
const decode = (bytes: Bytes): string => new TextDecoder().decode(bytes);
const read = (path: string): Bytes => Uint8Array.from(readFileSync(join(root, path)));

const pictures = readdirSync(join(root, 'e2e/fixtures/pictures')).map((name) =>
  read(`e2e/fixtures/pictures/${name}`),
);

const manifest: unknown = JSON.parse(decode(read('public/model/manifest.json')));
const metrics: unknown = JSON.parse(decode(read('public/model/metrics.json')));
const jsonTarget = (name: string, seed: () => unknown, run: (value: unknown) => unknown): Target => ({
  name,
  make: (random) => encode(JSON.stringify(mutatedJson(seed(), random))),
  run: (input) => run(parseJson(input.buffer, name)),
});

/** What is wrong with what a module gave, as opposed to what it refused. */
function expect(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

const tinyPack = makeTinyPack();
const packFile = (pack: Pack, name: string): Bytes =>
  new Uint8Array(pack.files.get(name) ?? new ArrayBuffer());
const packParts = ['model.json', 'weights.bin', 'golden.json'] as const;

/** Tables of labels as somebody writes them, as the ISIC archive does, and as its challenges do. */
const labels = [
  'file,dx,age\n"a, b.jpg",mel,40\nc.png,NV,\n"d ""x"".jpg",bkl,7\n',
  'isic_id;diagnosis;sex\r\nISIC_0000001;melanoma;male\r\nISIC_0000002;nevus;\r\n',
  '\ufeffimage\tMEL\tNV\tBKL\nISIC_1\t1.0\t0.0\t0.0\nISIC_2\t0\t1\t0\n',
] as const;

export const targets: readonly Target[] = [
  {
    name: 'picture',
    make: (random) => mutatedBytes(random.one(pictures) ?? encode(''), random, random.one(pictures)),
    async run(input) {
      const found = sniff(input);
      const day = captureDay(input);
      expect(day === undefined || asIsoDay(day) !== undefined, `day ${String(day)}`);
      expect([1, 2, 3, 4, 5, 6, 7, 8].includes(webpOrientation(input)), 'orientation');
      if (found) await checkWhole(input, found.type);
    },
  },
  {
    name: 'zip',
    make: async (random) => mutatedBytes(await validBackup(random), random),
    run: (input) => readAll(input),
  },
  {
    name: 'backup',
    async make(random) {
      const entries = Object.entries(entriesOf(await validBackup(random)));
      const at = random.below(entries.length);
      return zipOf(
        entries.map(([name, data], k) => [
          name,
          k !== at
            ? data
            : name.endsWith('.json')
              ? encode(JSON.stringify(mutatedJson(JSON.parse(decode(data)), random)))
              : mutatedBytes(data, random),
        ]),
      );
    },
    run: (input) => readAll(input),
  },
  {
    name: 'restore',
    async make(random) {
      const entries = Object.entries(entriesOf(await validBackup(random)));
      const chosen = entries.filter(([name]) => name.endsWith('.json') && !name.startsWith('lentigo-'));
      const [changed] = random.one(chosen) ?? [''];
      return zipOf(
        entries
          .filter(([name]) => name !== 'lentigo-signature.json' || random.below(2) === 0)
          .map(([name, data]) => [
            name,
            name === changed ? encode(JSON.stringify(mutatedJson(JSON.parse(decode(data)), random))) : data,
          ]),
      );
    },
    run: (input) => restoreInto(input),
  },
  {
    name: 'age header',
    make: async (random) =>
      random.below(2) === 0
        ? mutatedBytes(await ageFile(), random)
        : encode(changedText(new TextDecoder('latin1').decode(await ageFile()), random)),
    run: (input) => lockOf(new Blob([input])),
  },
  {
    name: 'armour',
    async make(random) {
      const text = await (await armoured(new Blob([await ageFile()]))).text();
      return encode(changedText(changedText(text, random), random));
    },
    run: (input) => unarmoured(new Blob([input])),
  },
  {
    // What a QR code or a message says.
    name: 'address',
    make: async (random) => encode(changedText(await anAddress(), random)),
    run: (input) => keepAddress(decode(input)),
  },
  jsonTarget('manifest', () => manifest, parseManifest),
  jsonTarget('metrics', () => metrics, parseMetrics),
  {
    name: 'pack',
    async make(random) {
      const name = random.one(packParts);
      const file = packFile(await tinyPack, name);
      const changed = name.endsWith('.json')
        ? encode(JSON.stringify(mutatedJson(JSON.parse(decode(file)), random)))
        : mutatedBytes(file, random);
      return Uint8Array.from([packParts.indexOf(name), ...changed]);
    },
    async run(input) {
      const pack = await tinyPack;
      const name = packParts[(input[0] ?? 0) % packParts.length] ?? packParts[0];
      unpack({ ...pack, files: new Map([...pack.files, [name, input.slice(1).buffer]]) });
    },
  },
  {
    name: 'bank',
    make: (random) => mutatedBytes(new Uint8Array(8 * 4 + 5 * (4 + 3)), random),
    run: (input) =>
      decodeBank(input.buffer, {
        path: 'bank.bin',
        bytes: input.length,
        sha256: '0'.repeat(64),
        count: 5,
        dimension: 4,
        sources: ['a'],
      } as unknown as Parameters<typeof decodeBank>[1]),
  },
  {
    name: 'settings',
    make: (random) => encode(changedText('{"mode":"self","theme":"dark","lockAfterMinutes":5}', random)),
    run: (input) => parseSettings(decode(input)),
  },
  {
    name: 'address line',
    make: (random) => encode(changedText('#/history/0f8fad5b-d9cb-469f-a165-70867728950e', random)),
    run: (input) => parseRoute(decode(input)),
  },
  {
    name: 'labels',
    make: (random) => encode(changedText(changedText(random.one(labels), random), random)),
    run: (input) =>
      parseLabels(decode(input), [{ code: 'mel', name: 'Melanoma' }, { code: 'nv' }, { code: 'bkl' }]),
  },
  {
    name: 'table',
    make: (random) => encode(changedText('Ada Quill', random)),
    run(input) {
      const text = decode(input);
      const [row] = parse(csvOf([['a', typed(text), 3]], { mark: false }), { relax_column_count: false });
      expect(row?.length === 3, `${row?.length} cells`);
      expect(!/^[\s\u00a0]*[=+\-@]/.test(row?.[1] ?? ''), 'a formula');
    },
  },
  {
    name: 'calendar',
    make: (random) => encode(changedText('Look at the dark one again', random)),
    run(input) {
      const title = decode(input);
      const file = calendarFile([{ id: 'a', day: '2026-06-01', title }], new Date(0));
      const lines = file.split('\r\n');
      expect(
        lines.every((line) => Buffer.byteLength(line) <= 75),
        'a long line',
      );
      const begun = lines.filter((line) => line.startsWith('BEGIN:')).length;
      expect(begun === 3 && lines.filter((line) => line.startsWith('END:')).length === 3, `${begun} parts`);
    },
  },
];

async function readAll(plain: Bytes): Promise<void> {
  const file = {
    size: plain.length + 200,
    async *plain() {
      yield await Promise.resolve(plain);
    },
  };
  const items = readBackup(file as unknown as AgeFile);
  while (!(await items.next()).done);
}

/** Whether a target may end so. */
export function isRefusal(error: unknown): boolean {
  return error instanceof LabelsError || (error instanceof Failure && error.code !== 'internal');
}
