/** Reads a head update of somebody else; `head-update.ts` writes it, docs/federation.md has the format. */
import * as v from 'valibot';
import { fromBase64 } from '../../base64';
import { Failure } from '../../failure';
import type { HeadWeights } from './head';
import { keepsItsWord, type UpdateNoise } from './noise';

/** Bytes that a file may have. */
export const updateLimit = 1 << 20;

/** What one device learnt. */
export interface HeadUpdate extends HeadWeights {
  /** Codes of the pack's conditions, in the order of the logits. */
  readonly classes: readonly string[];
  /** The day of its export, an ISO date. */
  readonly day: string;
  /** Lesions that it learnt from, at least one. */
  readonly lesions: number;
  /** Absent where nothing was clipped and no noise was added, as in older updates. */
  readonly noise?: UpdateNoise;
  /** Absent where no device has signed it. */
  readonly signature?: UpdateSignature;
}

/** Of what is not checked yet. */
export interface UpdateSignature {
  /** Public key of the device, and signature, in hexadecimal. */
  readonly key: string;
  readonly signature: string;
  /** What was signed. */
  readonly text: string;
}

const hex = (bytes: number) => v.pipe(v.string(), v.hexadecimal(), v.length(2 * bytes));
const Outer = v.object({
  format: v.literal(1),
  kind: v.literal('lentigo-head-update'),
  update: v.string(),
  signature: v.exactOptional(
    v.object({ algorithm: v.literal('ed25519'), publicKey: hex(32), signature: hex(64) }),
  ),
});
const factor = v.pipe(v.number(), v.gtValue(0));
/** Nothing may become laxer than shipped. */
const stricter = v.pipe(factor, v.maxValue(1));
const Noise = v.pipe(
  v.object({ clip: factor, sigma: factor, epsilon: factor, delta: v.pipe(factor, v.ltValue(1)) }),
  v.check(keepsItsWord, 'noise that is worth less than it says'),
);
/** Float32, little-endian. */
const Floats = v.pipe(
  v.string(),
  v.base64(),
  v.transform((text) => fromBase64(text)),
  v.check(({ length }) => length % 4 === 0),
  v.transform((bytes) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return Float32Array.from({ length: bytes.length / 4 }, (_, at) => view.getFloat32(4 * at, true));
  }),
  v.check((values) => values.every(Number.isFinite)),
);
const Inner = v.object({
  pack: v.object({ id: v.string(), version: v.string() }),
  classes: v.pipe(v.array(v.string()), v.minLength(2)),
  day: v.pipe(v.string(), v.isoDate()),
  kernel: Floats,
  bias: Floats,
  calibration: v.object({
    temperature: v.record(v.string(), factor),
    predictionSet: stricter,
    alertLevels: v.record(v.string(), stricter),
  }),
  cases: v.record(v.string(), v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
  noise: v.exactOptional(Noise),
});

/** @throws Failure `update-none` for what is no head update, or one that is damaged */
export function readHeadUpdate(text: string): HeadUpdate {
  const { update: inside, signature: made } = inForm(Outer, text);
  const { cases, ...update } = inForm(Inner, inside);
  const { classes, kernel, bias } = update;
  const lesions = Object.values(cases).reduce((sum, count) => sum + count, 0);
  const fits =
    bias.length === classes.length &&
    kernel.length > 0 &&
    kernel.length % classes.length === 0 &&
    Object.keys(cases).every((code) => classes.includes(code)) &&
    Number.isSafeInteger(lesions);
  if (!fits || lesions === 0) throw new Failure('update-none', `${kernel.length} values, ${lesions} lesions`);
  const signature = made && { key: made.publicKey, signature: made.signature, text: inside };
  return { ...update, lesions, ...(signature && { signature }) };
}

/**
 * Whether an update can be merged into the model in use.
 * @throws Failure `update-other-model`, `update-other-version`, or `update-none` where its layer is not the model's
 */
export function requireFor(
  { pack, classes }: HeadUpdate,
  model: { readonly id: string; readonly version: string; readonly codes: readonly string[] },
): void {
  if (pack.id !== model.id) throw new Failure('update-other-model', pack.id);
  if (pack.version !== model.version) throw new Failure('update-other-version', pack.version);
  if (classes.join() !== model.codes.join()) throw new Failure('update-none', classes.join());
}

/** @throws Failure `update-none` */
function inForm<S extends v.GenericSchema>(schema: S, text: string): v.InferOutput<S> {
  const found = v.safeParse(schema, parsed(text));
  if (!found.success) throw new Failure('update-none', found.issues[0].message);
  return found.output;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
