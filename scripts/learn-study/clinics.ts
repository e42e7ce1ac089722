/** Clinics of the study: embeddings of pictures with what is right of them. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Cases } from '../../src/model/learning/cases.ts';
import type { Manifest } from '../../src/domain/pack/manifest.ts';

export interface Clinic {
  readonly name: string;
  readonly cases: Cases;
  /** Pictures that are never corrected, only tested on; where there are none, lesions are chosen by chance. */
  readonly testOnly: readonly boolean[];
}

/** What stands beside the embeddings of a clinic, one value a picture. */
interface Described {
  readonly dx: readonly string[];
  readonly group: readonly string[];
  readonly phone: boolean;
  readonly testOnly?: readonly boolean[];
}

/** Every `NAME.json` in the folder with its `NAME.f32`, float32, a picture together. */
export async function readClinics(folder: string, manifest: Manifest): Promise<Clinic[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  return Promise.all(
    names.map(async (file) => {
      const name = file.slice(0, -'.json'.length);
      const described = JSON.parse(await readFile(join(folder, file), 'utf8')) as Described;
      const bytes = await readFile(join(folder, `${name}.f32`));
      const count = described.dx.length;
      const embeddings = new Float32Array(bytes.byteLength / 4);
      new Uint8Array(embeddings.buffer).set(bytes);
      const codes = manifest.classes.map(({ code }) => code);
      return {
        name,
        testOnly: described.testOnly ?? [],
        cases: {
          embeddings,
          dimension: embeddings.length / count,
          truth: Uint8Array.from(described.dx, (dx) => codes.indexOf(dx)),
          weights: new Float32Array(count).fill(1),
          domains: described.dx.map(() => (described.phone ? 'phone' : 'dermatoscope')),
          lesions: described.group,
        },
      };
    }),
  );
}

/** Some of the pictures, in the order of `places`. */
export function part(cases: Cases, places: readonly number[]): Cases {
  const { dimension } = cases;
  const embeddings = new Float32Array(places.length * dimension);
  places.forEach((at, row) => {
    embeddings.set(cases.embeddings.subarray(at * dimension, (at + 1) * dimension), row * dimension);
  });
  return {
    embeddings,
    dimension,
    truth: Uint8Array.from(places, (at) => cases.truth[at] ?? 0),
    weights: Float32Array.from(places, (at) => cases.weights[at] ?? 0),
    domains: places.map((at) => cases.domains[at] ?? 'dermatoscope'),
    lesions: places.map((at) => cases.lesions[at] ?? ''),
  };
}
