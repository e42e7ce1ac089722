/**
 * Runs inside the page, from a bundle of its own: fills the record through the app's repository,
 * so that it is encrypted as the app does it.
 */
import { emptyMask, encodeMask } from '../../src/domain/outline/mask';
import type { NewVisit } from '../../src/domain/visit/visit';
import { HealthRecord } from '../../src/records/record';

const codes = ['akiec', 'bcc', 'bkl', 'df', 'mel', 'nv', 'vasc'] as const;
type Dimensions = readonly [width: number, height: number];
const usual: Dimensions = [800, 600];
const tones = ['#5a3a2a', '#7b4b34', '#3d2a26', '#8a5a48', '#6b3f5a'];

/** A drawn spot on drawn skin, as the keepsake of a picture would be. */
export async function drawn(seed: number, width: number, height: number, grain = false): Promise<Blob> {
  const canvas = new OffscreenCanvas(width, height);
  const pen = canvas.getContext('2d');
  if (!pen) throw new Error('no canvas');
  pen.fillStyle = `hsl(${18 + (seed % 5) * 3} 48% ${66 + (seed % 4) * 4}%)`;
  pen.fillRect(0, 0, width, height);
  pen.fillStyle = tones[seed % tones.length] ?? '#5a3a2a';
  pen.beginPath();
  const radius = Math.min(width, height) * (0.16 + (seed % 7) * 0.02);
  pen.ellipse(width / 2, height / 2, radius, radius * (0.7 + (seed % 4) * 0.1), seed, 0, 7);
  pen.fill();
  if (grain) addGrain(pen, width, height);
  return canvas.convertToBlob({ type: 'image/jpeg', quality: 0.85 });
}

/** As a sensor does it, so that a picture has the bytes of a photo of its size. */
function addGrain(pen: OffscreenCanvasRenderingContext2D, width: number, height: number): void {
  const image = pen.getImageData(0, 0, width, height);
  let state = 1;
  for (let at = 0; at < image.data.length; at++) {
    state = (state * 48271) % 0x7fffffff;
    if (at % 4 < 3) image.data[at] = (image.data[at] ?? 0) + (state % 25) - 12;
  }
  pen.putImageData(image, 0, 0);
}

export function newVisit(
  seed: number,
  picture: Blob,
  thumbnail: Blob,
  [width, height]: Dimensions = usual,
  version = '0.1.0',
): NewVisit {
  const top = (seed * 5) % codes.length;
  const likeliest = 0.4 + ((seed * 37) % 58) / 100;
  const probabilities = codes.map((code, index) => ({
    code,
    probability: index === top ? likeliest : (1 - likeliest) / (codes.length - 1),
  }));
  const pressing = probabilities
    .filter(({ code }) => ['akiec', 'bcc', 'mel'].includes(code))
    .reduce((sum, { probability }) => sum + probability, 0);
  return {
    source: seed % 3 === 0 ? 'camera' : 'file',
    picture,
    thumbnail,
    size: { width, height },
    frame: { x: (width - height) / 2, y: 0, side: height },
    reading: {
      pack: { id: 'lentigo-skin-lesions', version },
      backend: 'wasm',
      probabilities,
      logits: probabilities.map(({ probability }) => Math.log(probability)),
      top: codes[top] ?? 'nv',
      set: [codes[top] ?? 'nv'],
      gate: { dermatoscope: 0.9, phone: 0.08, none: 0.02 },
      accepted: seed % 11 !== 10,
      operatingPoints: [{ id: 'screening', probability: pressing, threshold: 0.3, flagged: pressing >= 0.3 }],
      quality: seed % 9 === 4 ? ['blurred'] : [],
      embedding: Float32Array.from({ length: 1280 }, (_, index) => Math.sin(seed + index)),
      times: { decode: 21.4, resample: 8.2, inference: 96.3, total: 130.1 },
    },
  };
}

/**
 * Adds `count` visits, one every three hours up to `until` (milliseconds of the epoch); every
 * fifth has a note. Pictures of another size than the usual one have grain.
 */
export async function fill(count: number, until: number, size: Dimensions = usual): Promise<void> {
  let made = 0;
  const threeHours = 3 * 60 * 60 * 1000;
  const record = new HealthRecord('lentigo-records', () => new Date(until - (count - made) * threeHours));
  const kinds = await Promise.all(
    Array.from({ length: size === usual ? 24 : 4 }, async (_, seed) => ({
      picture: await drawn(seed, ...size, size !== usual),
      thumbnail: await drawn(seed, 160, 160),
    })),
  );
  while (made < count) {
    made += 1;
    const kind = kinds[made % kinds.length];
    if (!kind) throw new Error('no picture');
    const id = await record.visits.add(newVisit(made, kind.picture, kind.thumbnail, size));
    if (made % 5 === 0) {
      const note = `Note ${made}: left forearm, itches since spring.`;
      await record.visits.edit(id, { note }, { note: '' });
    }
  }
  await record.close();
}

/** Adds visits until the browser ends; says of each when it is in the record. */
export async function fillForEver(): Promise<never> {
  const record = new HealthRecord('lentigo-records');
  const [picture, thumbnail] = [await drawn(1, 1024, 768, true), await drawn(1, 160, 160)];
  for (let seed = 0; ; seed++) {
    const id = await record.visits.add(newVisit(seed, picture, thumbnail));
    console.info(`kept ${id}`);
  }
}

/** Gives all visits to one new spot of a new patient. */
/**
 * Adds visits with an impression, and histology of all but every third: what is suspicious and what is cancer go by
 * the seed alone.
 */
export async function fillImpressions(count: number): Promise<void> {
  const record = new HealthRecord('lentigo-records');
  const picture = await drawn(1, 200, 200);
  for (let seed = 0; seed < count; seed++) {
    const view = (['benign', 'unsure', 'suspicious'] as const)[seed % 3] ?? 'unsure';
    const code = seed % 2 === 0 ? 'mel' : 'nv';
    await record.visits.add({
      ...newVisit(seed, picture, picture),
      impression: { view, code: null, confidence: null, writtenAt: 1, afterResult: seed % 10 === 9 },
      histology: seed % 3 === 1 ? null : { code, text: '', date: '2026-01-20' },
    });
  }
  await record.close();
}

export async function gather(name: string): Promise<{ patient: string; lesion: string }> {
  const record = new HealthRecord('lentigo-records');
  const born = {
    reference: 'K-4711',
    born: '1961-02-03',
    sex: 'female',
    skinType: 2,
    note: 'fair skin',
  } as const;
  const patient = await record.patients.add({ name, ...born });
  const place = { view: 'back', x: 0.4, y: 0.3 } as const;
  const lesion = await record.lesions.add(
    { name: 'the dark one', place, note: '', nextCheck: null },
    patient,
  );
  const all = await record.visits.outline();
  await record.visits.assign(
    all.map(({ id }) => id),
    { lesion },
  );
  await record.close();
  return { patient, lesion };
}

/** A patient with one lesion of which there is no visit yet. */
export async function addCase(name: string): Promise<{ patient: string; lesion: string }> {
  const clinic = new HealthRecord('lentigo-records');
  const patient = await clinic.patients.add({
    name,
    reference: '',
    born: '1961-02-03',
    sex: null,
    skinType: null,
    note: '',
  });
  const place = { view: 'back', x: 0.4, y: 0.3 } as const;
  const lesion = await clinic.lesions.add({ name: `of ${name}`, place, note: '', nextCheck: null }, patient);
  await clinic.close();
  return { patient, lesion };
}

/**
 * A patient with one lesion that was looked at four times, a month apart up to `until` (milliseconds of the epoch):
 * outlined, measured and growing, the last with two pictures, answers, a diagnosis, a histology and a note.
 * Gives the ids of the lesion and of the last visit.
 */
export async function fillCourse(
  until: number,
  packVersion: string,
): Promise<{ lesion: string; visit: string }> {
  let month = 3;
  const record = new HealthRecord(
    'lentigo-records',
    () => new Date(until - month * 30 * 24 * 60 * 60 * 1000),
  );
  const patient = await record.patients.add({
    name: 'Ada Quill',
    reference: 'K-4711',
    born: '1961-02-03',
    sex: 'female',
    skinType: 2,
    note: '',
  });
  const place = { view: 'back', x: 0.4, y: 0.3 } as const;
  const lesion = await record.lesions.add(
    { name: 'the dark one', place, note: '', nextCheck: null },
    patient,
  );
  const [picture, thumbnail] = await Promise.all([drawn(7, 800, 600), drawn(7, 160, 160)]);
  let last = '';
  for (; month >= 0; month--) {
    const radius = 50 - 6 * month;
    last = await record.visits.add({
      ...newVisit(5, picture, thumbnail, usual, packVersion),
      ...figures(radius),
      lesion,
      triage: { step: 'soon', reasons: ['likely-malignant', 'signs'], signs: ['bleeding'] },
    });
  }
  month = 0;
  await record.visits.addPicture(last, newVisit(6, picture, thumbnail, usual, packVersion));
  const kept = await record.visits.get(last);
  if (!kept || kept.damaged) throw new Error('damaged');
  const note = 'Bleeds when washed. Shown to a colleague, who agrees.';
  const checklist = {
    bleeding: 'yes',
    'fast-growth': 'no',
    changing: 'no',
    'not-healing': 'no',
    'nail-palm-sole': 'no',
    'new-after-40': 'no',
    'unlike-others': 'no',
    'sore-or-itching': 'not-asked',
    'higher-risk': 'no',
  } as const;
  const diagnosis = { code: 'mel', text: 'clinically clear', date: '2026-05-20' };
  const histology = { code: 'mel', text: 'Breslow 0.4 mm', date: '2026-05-28' };
  await record.visits.edit(last, { note, checklist, diagnosis, histology }, kept);
  await record.close();
  return { lesion, visit: last };
}

/** A round outline of `radius` pixels in a frame of 224, ten pixels a millimetre, with measures that fit it. */
function figures(radius: number): Pick<NewVisit, 'outline' | 'measures'> {
  const side = 224;
  const mask = emptyMask(side, side);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      if (Math.hypot(x - side / 2, y - side / 2) <= radius) mask.data[y * side + x] = 1;
    }
  }
  const diameter = { pixels: 2 * radius, millimetres: radius / 5 };
  const area = Math.PI * radius ** 2;
  return {
    outline: { method: 'automatic', mask: encodeMask(mask), sidePixels: side, sideMillimetres: side / 10 },
    measures: {
      area: { pixels: area, millimetres: area / 100 },
      longestDiameter: diameter,
      shortestDiameter: diameter,
      asymmetry: { shares: [0.04, 0.05], axes: 0 },
      border: { irregularity: 1.08, abrupt: Array.from({ length: 8 }, (_, k) => k < 2) },
      colours: [
        { colour: 'dark-brown', share: 0.8 },
        { colour: 'black', share: 0.2 },
      ],
      abcd: { asymmetry: 0, border: 2, colours: 2, total: 1.2 },
    },
  };
}

/** Everything about every visit, with a hash in the place of each picture. */
export async function contents(): Promise<unknown[]> {
  const record = new HealthRecord('lentigo-records');
  const all: unknown[] = [];
  for (const { id } of await record.visits.outline()) {
    const found = await record.visits.get(id);
    if (!found || found.damaged) throw new Error('damaged');
    const { pictures, thumbnail, ...rest } = found;
    all.push({
      ...rest,
      revision: 0,
      thumbnail: await hash(thumbnail),
      pictures: await Promise.all(
        pictures.map(async ({ image, reading, ...picture }) => ({
          ...picture,
          reading: { ...reading, embedding: [...reading.embedding] },
          image: await hash(image),
        })),
      ),
    });
  }
  await record.close();
  return all;
}

async function hash(blob: Blob): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', await blob.arrayBuffer());
  return (
    blob.type + Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
  );
}
