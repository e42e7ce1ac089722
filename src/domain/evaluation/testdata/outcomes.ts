/** Outcomes of a pack of three classes, for the tests beside. */
import type { Label } from '../labels';
import type { EvaluatedPrediction, Outcome } from '../outcome';

const classes = (['mel', 'nv', 'bcc'] as const).map((code) => ({
  code,
  name: code,
  icd10: [],
  kind: code === 'nv' ? ('benign' as const) : ('malignant' as const),
  advice: code,
}));

export const testPack = {
  classes,
  domains: ['dermatoscope', 'phone', 'none'],
  refused: 'none',
  calibration: {
    temperature: { dermatoscope: 1, phone: 1 },
    predictionSet: { method: 'lac' as const, coverage: 0.9, threshold: 0.1 },
    operatingPoints: [{ id: 'screening', classes: ['mel', 'bcc'], threshold: 0.4, sensitivity: 0.95 }],
    gate: { threshold: 0.5 },
  },
};

export function prediction(
  probabilities: number[],
  part: Partial<EvaluatedPrediction> = {},
): EvaluatedPrediction {
  const top = classes[probabilities.indexOf(Math.max(...probabilities))]?.code ?? '';
  return {
    predicted: top,
    probabilities,
    likelihoods: probabilities,
    logits: probabilities.map((value) => Math.log(Math.max(value, 1e-9))),
    pLesion: 0.9,
    accepted: true,
    domain: 'dermatoscope',
    crop: { x: 10, y: 0, side: 200 },
    quality: [],
    set: [top],
    flagged: [],
    milliseconds: 40,
    backend: 'wasm',
    ...part,
  };
}

export const label = (dx: string, file = `${dx}.jpg`): Label => ({
  file,
  dx,
  code: [...classes.map(({ code }) => code), 'none'].find((code) => code === dx),
  others: { site: 'arm' },
});

export const outcomes: Outcome[] = [
  {
    label: label('mel'),
    prediction: prediction([0.7, 0.2, 0.1], { flagged: ['screening'] }),
    overlap: { dice: 0.9, iou: 0.8, attention: 0.6 },
  },
  { label: label('mel'), prediction: prediction([0.3, 0.6, 0.1], { set: ['nv', 'mel'] }) },
  {
    label: label('nv'),
    prediction: prediction([0.1, 0.8, 0.1], { accepted: false, flagged: ['screening', 'other'] }),
  },
  {
    label: label('bcc'),
    prediction: prediction([0.2, 0.1, 0.7], { milliseconds: 80, flagged: ['screening'] }),
    overlapError: 'worker-lost',
  },
  { label: label('none'), prediction: prediction([0.4, 0.3, 0.3], { accepted: false, pLesion: 0.1 }) },
  { label: label('none'), prediction: prediction([0.4, 0.3, 0.3]) },
  { label: label('wart'), prediction: prediction([0.9, 0.1, 0]), error: 'unknown-label' },
  { label: label('nv', 'gone.jpg'), error: 'file-missing' },
];
