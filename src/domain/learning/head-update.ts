/**
 * A head update: what a device learnt, for others to merge (docs/federation.md). It holds weights, how many lesions of
 * each condition they were learnt from, and the guard's figures; no pictures, no embeddings, no names.
 */
import { toBase64 } from '../../base64';
import type { IsoDay } from '../calendar/calendar';
import type { Head } from './head';
import type { UpdateNoise } from './noise';

interface Signed {
  readonly publicKey: string;
  readonly signature: string;
}

/** A head as it goes out. */
interface SentHead extends Pick<Head, 'pack' | 'kernel' | 'bias' | 'calibration' | 'report'> {
  readonly noise?: UpdateNoise;
}

/** Signs the text of an update with the device's Ed25519 key. */
type Sign = (update: string) => Promise<Signed>;

/**
 * The file of an update.
 * @param codes of the pack's conditions, in the order of the logits
 * @param head as it is sent; where it has noise, neither its weights nor its figures may come of the cases in any other way
 * @param day of the export
 */
export async function headUpdate(
  { pack, kernel, bias, calibration, report, noise }: SentHead,
  codes: readonly string[],
  day: IsoDay,
  sign: Sign,
): Promise<string> {
  const { conditions: cases, corrections, bank, alert } = report;
  const update = JSON.stringify({
    pack,
    classes: codes,
    day,
    kernel: floats(kernel),
    bias: floats(bias),
    calibration,
    cases,
    figures: noise ? { bank, alert: { bank: alert.bank } } : { corrections, bank, alert },
    ...(noise && { noise }),
  });
  const signed = await sign(update);
  const file = {
    format: 1,
    kind: 'lentigo-head-update',
    update,
    signature: { algorithm: 'ed25519', ...signed },
  };
  return `${JSON.stringify(file, null, 1)}\n`;
}

/** Base64 of the values as float32, little-endian whatever the machine's order. */
function floats(values: Float32Array): string {
  const bytes = new DataView(new ArrayBuffer(values.length * 4));
  values.forEach((value, at) => bytes.setFloat32(at * 4, value, true));
  return toBase64(new Uint8Array(bytes.buffer));
}
