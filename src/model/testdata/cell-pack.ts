/** A made-up pack that shares nothing with the bundled one: three conditions, an input of 160 pixels, no gate, no outline. */
import { ed25519 } from '@noble/curves/ed25519.js';
import { zipSync } from 'fflate';
import { packFiles, type Manifest } from '../../domain/pack/manifest';
import { signatureFile, sha256, type Pack } from '../packs/pack';
import { signedMessage } from '../packs/signature';
import { makePack, type TinyNetwork, type TinyPackOptions } from './tiny-pack';

export const cells: TinyNetwork = { conditions: 3, domains: 0, inputSide: 160, largestWeight: 0.1 };

const bankName = 'bank.bin';
const perCondition = 20;
const dimension = 4;

function cellManifest(changes: Partial<Manifest> = {}): Manifest {
  const advice = (title: string): { title: { en: string }; text: { en: string } } => ({
    title: { en: title },
    text: { en: `What to do about it: ${title}.` },
  });
  return {
    format: 2,
    id: 'made-cells',
    name: { en: 'Made-up cells', de: 'Erfundene Zellen' },
    version: '1.0.0',
    created: '2026-01-01',
    minimumAppVersion: '0.1.0',
    notes: { en: 'The first version.' },
    licence: { name: 'CC0', url: 'https://example.org/' },
    provenance: { architecture: 'one convolution', summary: 'For tests.', dataSets: [] },
    subject: 'sample',
    features: [],
    texts: {
      reads: { en: 'Cells: infected, stressed or healthy' },
      notExcluded: { en: 'An infection is not excluded.' },
      score: { en: 'Infection score' },
      advice: {
        'cannot-tell': advice('Take another picture'),
        watch: advice('No infection seen'),
        weeks: advice('Look again with the next sample'),
        soon: advice('Confirm by a second smear today'),
      },
    },
    input: {
      width: cells.inputSide,
      height: cells.inputSide,
      channels: 3,
      range: [-1, 1],
      resampling: 'lentigo-area-1',
      crop: 'centre-square',
    },
    outputs: { logits: 'logits', embedding: 'embedding', features: 'features' },
    classes: [
      {
        code: 'infected',
        name: { en: 'Infected cell' },
        icd10: ['B54'],
        kind: 'malignant',
        kindName: { en: 'infected' },
      },
      {
        code: 'stressed',
        name: { en: 'Stressed cell' },
        icd10: [],
        kind: 'premalignant',
        kindName: { en: 'unclear' },
      },
      {
        code: 'healthy',
        name: { en: 'Healthy cell' },
        icd10: [],
        kind: 'benign',
        kindName: { en: 'not infected' },
      },
    ],
    domains: ['microscope'],
    domainNames: { microscope: { en: 'Microscope' } },
    calibration: {
      temperature: { microscope: 1.5 },
      predictionSet: { method: 'lac', coverage: 0.9, threshold: 0.2 },
      operatingPoints: [{ id: 'screening', classes: ['infected'], threshold: 0.3, sensitivity: 0.95 }],
    },
    files: Object.values(packFiles).map((path) => ({ path, bytes: 1, sha256: '0'.repeat(64) })),
    ...changes,
  };
}

export interface CellPack {
  readonly pack: Pack;
  readonly bank: ArrayBuffer;
}

export async function makeCellPack(
  changes: Partial<Manifest> = {},
  contents?: Pick<TinyPackOptions, 'wrongGolden' | 'metrics'>,
): Promise<CellPack> {
  const bank = makeBank();
  const listed = {
    path: bankName,
    bytes: bank.byteLength,
    sha256: await sha256(bank),
    count: 3 * perCondition,
    dimension,
    sources: [{ dataSet: 'made', domain: 'microscope' }],
  };
  const pack = await makePack(cells, (files) => cellManifest({ files, bank: listed, ...changes }), contents);
  return { pack, bank };
}

/** As training/…/packing/bank.py lays it out: scales and offsets, values, conditions, sources, held out. */
function makeBank(): ArrayBuffer {
  const count = 3 * perCondition;
  const bytes = new ArrayBuffer(8 * dimension + count * (dimension + 3));
  const view = new DataView(bytes);
  for (let place = 0; place < dimension; place++) view.setFloat32(4 * place, 0.1, true);
  for (let at = 0; at < count; at++) {
    const condition = at % 3;
    for (let place = 0; place < dimension; place++) {
      view.setUint8(8 * dimension + at * dimension + place, place === condition ? 100 + (at % 20) : at % 30);
    }
    const rest = 8 * dimension + count * dimension;
    view.setUint8(rest + at, condition);
    view.setUint8(rest + 2 * count + at, Math.floor(at / 3) % 2);
  }
  return bytes;
}

/** The content of `signature.json`. @param secretKey 32 bytes */
export function signedBy(secretKey: Uint8Array, manifest: ArrayBuffer): Uint8Array {
  const hex = (bytes: Uint8Array): string =>
    Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return new TextEncoder().encode(
    JSON.stringify({
      algorithm: 'ed25519',
      publicKey: hex(ed25519.getPublicKey(secretKey)),
      signature: hex(ed25519.sign(signedMessage(manifest), secretKey)),
    }),
  );
}

/** A pack as one file. @param changes entries to replace, or to leave out by undefined */
export function zipped(
  { pack, bank }: CellPack,
  secretKey?: Uint8Array,
  changes: Readonly<Record<string, Uint8Array | undefined>> = {},
): Uint8Array<ArrayBuffer> {
  const entries: Record<string, Uint8Array | undefined> = {
    'manifest.json': new Uint8Array(pack.manifestBytes),
    ...(secretKey && { [signatureFile]: signedBy(secretKey, pack.manifestBytes) }),
    ...Object.fromEntries([...pack.files].map(([path, bytes]) => [path, new Uint8Array(bytes)])),
    [bankName]: new Uint8Array(bank),
    ...changes,
  };
  const kept = Object.entries(entries).flatMap(([name, bytes]) => (bytes ? [[name, bytes] as const] : []));
  return zipSync(Object.fromEntries(kept), { level: 6 });
}
