/**
 * `npm run damage -- --data DIR`: how many damaged files are refused or flagged, and how many whole ones, by the check
 * that the app runs. Damage counts where the 224 x 224 input changes by more than 2 grey levels on average.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { table } from '../bench/markdown.ts';
import { sniff } from '../src/domain/picture-header/sniff.ts';
import { checkWhole } from '../src/image/whole/whole.ts';
import { seeded } from '../src/domain/seeded.ts';
import { damages, type Random } from './damage/damages.ts';
import { encoded, encodedBy, habits, installed, type Whole } from './damage/wholes.ts';

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    damaged: { type: 'string', default: '10000' },
    whole: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    write: { type: 'boolean', default: false },
  },
});
if (!values.data)
  throw new Error('npm run damage -- --data DIR [--damaged N] [--whole N] [--seed N] [--write]');

sharp.concurrency(1);
sharp.cache(false);
const sources = readdirSync(values.data, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\/images\/.*\.jpe?g$/i.test(file) && !file.includes('84px'))
  .sort()
  .map((file) => join(values.data ?? '', file));
const random = seeded(Number(values.seed));

function aSource(): string {
  const source = sources[Math.floor(random() * sources.length)];
  if (!source) throw new Error('no pictures');
  return source;
}

type State = 'whole' | 'suspect' | 'damaged';

async function stateOf(file: Buffer): Promise<State> {
  const type = sniff(file)?.type;
  return type ? (await checkWhole(new Uint8Array(file), type)).state : 'damaged';
}

/** The whole picture as the network would get it; undefined where it cannot be decoded at all. */
function input(file: Buffer): Promise<Buffer | undefined> {
  return sharp(file, { failOn: 'none' })
    .resize(224, 224, { fit: 'cover', fastShrinkOnLoad: false })
    .toColourspace('srgb')
    .flatten()
    .raw()
    .toBuffer()
    .catch(() => undefined);
}

function difference(a: Buffer, b: Buffer): number {
  return a.reduce((sum, value, i) => sum + Math.abs(value - (b[i] ?? 0)), 0) / a.length;
}

/** Of one kind: files by what the check says; `changed` are those that it must find. */
interface Tally {
  changed: number;
  refused: number;
  flagged: number;
  undecodable: number;
  undecodableMissed: number;
  alike: number;
}

async function measureDamaged(): Promise<Map<string, Tally>> {
  const tallies = new Map<string, Tally>();
  const kinds = Object.entries(damages);
  for (let done = 0; done < Number(values.damaged); done += kinds.length) {
    const { file, format } = await encoded(aSource(), random, [
      ...['baseline JPEG', 'baseline JPEG', 'baseline JPEG', 'progressive JPEG', 'progressive JPEG'],
      ...['PNG', 'WebP'],
    ] as Whole['format'][]);
    const whole = await input(file);
    if (!whole) throw new Error(`a whole ${format} cannot be decoded`);
    for (const [kind, damage] of kinds) await tallyOne(damage(file, random), whole, `${format}, ${kind}`);
    if (done % 800 < kinds.length) console.log(`${done} of ${values.damaged} damaged`);
  }
  return tallies;

  async function tallyOne(damaged: Buffer, whole: Buffer, name: string): Promise<void> {
    const tally = tallies.get(name) ?? {
      ...{ changed: 0, refused: 0, flagged: 0, undecodable: 0, undecodableMissed: 0, alike: 0 },
    };
    tallies.set(name, tally);
    const state = await stateOf(damaged);
    const found = await input(damaged);
    if (!found) {
      tally.undecodable += 1;
      if (state === 'whole') tally.undecodableMissed += 1;
    } else if (difference(whole, found) > 2) {
      tally.changed += 1;
      if (state === 'damaged') tally.refused += 1;
      if (state === 'suspect') tally.flagged += 1;
    } else tally.alike += 1;
  }
}

/** Whole files by encoder or habit: how many there were, refused and flagged. */
async function measureWhole(): Promise<Map<string, Record<State, number>>> {
  const tallies = new Map<string, Record<State, number>>();
  const note = async (name: string, file: Buffer): Promise<void> => {
    const tally = tallies.get(name) ?? { whole: 0, suspect: 0, damaged: 0 };
    tallies.set(name, tally);
    const state = await stateOf(file);
    tally[state] += 1;
    if (state !== 'whole') console.log(`${state}: ${name}`);
  };
  const folder = mkdtempSync(join(tmpdir(), 'lentigo-damage-'));
  const others = await installed();
  const formats = ['baseline JPEG', 'baseline JPEG', 'progressive JPEG', 'PNG', 'WebP', 'GIF'] as const;
  try {
    for (let done = 0; done < Number(values.whole); done++) {
      const draw = random();
      const source = aSource();
      const program = others[Math.floor(random() * others.length)];
      if (draw < 0.3) await note('as the archive has it', readFileSync(source));
      else if (draw < 0.35 && program) {
        await note(program, (await encodedBy(program, source, join(folder, 'source.ppm'), random)).file);
      } else {
        const { file, format } = await encoded(source, random, draw < 0.36 ? ['AVIF'] : formats);
        const habit = format.endsWith('JPEG') && random() < 0.3 ? aHabit(random) : undefined;
        await note(
          habit ? `${format}, ${habit.name}` : `${format}, sharp`,
          habit ? habit.apply(file, random) : file,
        );
      }
      if (done % 1000 === 0) console.log(`${done} of ${values.whole} whole`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return tallies;
}

function aHabit(draw: Random): { name: string; apply: (file: Buffer, random: Random) => Buffer } {
  const all = Object.entries(habits);
  const [name, apply] = all[Math.floor(draw() * all.length)] ?? ['', (file: Buffer) => file];
  return { name, apply };
}

function percent(part: number, of: number): string {
  return of === 0 ? '–' : `${((100 * part) / of).toFixed(1)} %`;
}

function sorted<T>(map: Map<string, T>): [string, T][] {
  return [...map].sort(([a], [b]) => a.localeCompare(b));
}

const wholeTallies = await measureWhole();
const damagedTallies = await measureDamaged();
const wholes = [...wholeTallies.values()];
const total = (state: State): number => wholes.reduce((sum, tally) => sum + tally[state], 0);
const count = [...damagedTallies.values()].reduce(
  (sum, { changed, undecodable, alike }) => sum + changed + undecodable + alike,
  0,
);
const text = `# Damaged pictures

Made by \`npm run damage -- --data DIR --write\` with the check that the app runs beside the browser's decoder.

## Damaged files

${count} files of JPEG, PNG and WebP, damaged in one way each. "Changed" are those whose 224 x 224 input differs by more than 2 grey
levels on average (decoded by libvips, which fills what is missing as browsers do); the shares are of these. Refused: the
picture is not read. Flagged: it is read, but never called calm. Not opened: no decoder opens it; "passed" are those of
them that the check alone would not have refused. A WebP has no checksum and is not decoded by the check: its length and
runs of zeros are all that it looks at.

${table(
  ['format, damage', 'changed', 'refused', 'flagged', 'together', 'not opened (passed)', 'hardly changed'],
  sorted(damagedTallies).map(([name, tally]) => [
    name,
    String(tally.changed),
    percent(tally.refused, tally.changed),
    percent(tally.flagged, tally.changed),
    percent(tally.refused + tally.flagged, tally.changed),
    `${tally.undecodable} (${tally.undecodableMissed})`,
    String(tally.alike),
  ]),
)}

## Whole files

Of ${total('whole') + total('suspect') + total('damaged')} whole files ${total('damaged')} were refused and ${total('suspect')} flagged.

${table(
  ['written by', 'files', 'refused', 'flagged'],
  sorted(wholeTallies).map(([name, { whole, suspect, damaged }]) => [
    name,
    String(whole + suspect + damaged),
    String(damaged),
    String(suspect),
  ]),
)}
`;
console.log(text);
if (values.write) writeFileSync(join(import.meta.dirname, '../docs/damage.md'), text);
