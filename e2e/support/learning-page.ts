/**
 * Runs inside the page, from a bundle of its own: fills the record with visits whose pictures the running model has
 * read and whose histology is known. Their embeddings come from the model's bank, as a camera would change them that
 * makes everything look more like one condition.
 */
import { parseManifest } from '../../src/domain/pack/manifest';
import { decodeBank, type Bank } from '../../src/model/learning/bank';
import { seeded } from '../../src/domain/seeded';
import { logitsOf, type Layer } from '../../src/model/learning/layer';
import { decodeGraph } from '../../src/model/runtime/graph';
import { HealthRecord } from '../../src/records/record';
import { drawn, newVisit } from './records-page';

/** How much the camera adds to the logit of one condition. */
const push = 4;
/** Conditions that the visits are of: those with the most entries. */
const kinds = 4;
const hour = 60 * 60 * 1000;

/** Adds `count` visits, one an hour up to now, whose findings are right or, all of them, wrong. */
export async function correct(count: number, findings: 'right' | 'wrong'): Promise<void> {
  const { manifest, bank, head } = await model();
  const codes = manifest.classes.map(({ code }) => code);
  const random = seeded(3);
  const places = placesOf(bank, count);
  const moved = cameraOf(head, bank.conditions[places[0] ?? 0] ?? 0);
  let made = 0;
  const start = Date.now() - count * hour;
  const record = new HealthRecord('lentigo-records', () => new Date(start + made * hour));
  const pictures = await Promise.all(
    Array.from(
      { length: 8 },
      async (_, seed) => [await drawn(seed, 800, 600), await drawn(seed, 192, 192)] as const,
    ),
  );
  for (const place of places) {
    const entry = bank.embeddings.subarray(place * bank.dimension, (place + 1) * bank.dimension);
    const embedding = entry.map((value, channel) => value + (moved[channel] ?? 0));
    const logits = Array.from(logitsOf(head, embedding));
    const right = bank.conditions[place] ?? 0;
    const others = codes.filter((_, index) => index !== right);
    const code = findings === 'right' ? codes[right] : others[Math.floor(random() * others.length)];
    const [picture, thumbnail] = pictures[made % pictures.length] ?? [];
    if (!picture || !thumbnail || code === undefined) throw new Error('nothing to add');
    const visit = newVisit(made, picture, thumbnail, undefined, manifest.version);
    made += 1;
    await record.visits.add({
      ...visit,
      reading: {
        ...visit.reading,
        accepted: true,
        embedding,
        logits,
        top: codes[logits.indexOf(Math.max(...logits))] ?? '',
      },
      histology: { code, text: '', date: new Date(start).toISOString().slice(0, 10) },
    });
  }
  await record.close();
}

async function model() {
  const file = async (path: string): Promise<ArrayBuffer> =>
    (await fetch(new URL(`model/${path}`, document.baseURI))).arrayBuffer();
  const manifestBytes = await file('manifest.json');
  const manifest = parseManifest(JSON.parse(new TextDecoder().decode(manifestBytes)));
  if (!manifest.bank) throw new Error('the model has no bank');
  const bank = decodeBank(await file(manifest.bank.path), manifest.bank);
  const files = new Map(
    await Promise.all(manifest.files.map(async ({ path }) => [path, await file(path)] as const)),
  );
  const { weightSpecs = [], weightData } = decodeGraph({ manifest, manifestBytes, files });
  const sizes = weightSpecs.map(({ shape }) => shape.reduce((product, side) => product * side, 1));
  const weights = (size: number): Float32Array => {
    const at = sizes.indexOf(size);
    const offset = sizes.slice(0, at).reduce((sum, each) => sum + each, 0);
    return new Float32Array(weightData as ArrayBuffer, 4 * offset, size);
  };
  const conditions = manifest.classes.length;
  const head: Layer = { kernel: weights(bank.dimension * conditions), bias: weights(conditions) };
  return { manifest, bank, head };
}

/** Entries of the half that the model learns with, of one condition after the other. */
function placesOf({ count, conditions, heldOut }: Bank, wanted: number): number[] {
  const queues = new Map<number, number[]>();
  for (let at = 0; at < count; at++) {
    const condition = conditions[at] ?? 0;
    if (heldOut[at] === 0) queues.set(condition, [...(queues.get(condition) ?? []), at]);
  }
  const chosen = [...queues.values()].sort((a, b) => b.length - a.length).slice(0, kinds);
  return Array.from({ length: wanted }, (_, at) => chosen[at % kinds]?.[Math.floor(at / kinds)] ?? 0);
}

/** What the camera adds to an embedding, so that the logit of `condition` rises by `push` over the mean. */
function cameraOf({ kernel, bias }: Layer, condition: number): Float64Array {
  const conditions = bias.length;
  const towards = Float64Array.from({ length: kernel.length / conditions }, (_, channel) => {
    const own = kernel.subarray(channel * conditions, (channel + 1) * conditions);
    return Math.max(0, (own[condition] ?? 0) - own.reduce((sum, each) => sum + each, 0) / conditions);
  });
  const effect = towards.reduce((sum, each) => sum + each * each, 0);
  return towards.map((each) => (push * each) / effect);
}
