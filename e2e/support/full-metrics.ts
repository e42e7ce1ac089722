/** Made-up figures of every kind that a pack may bring, so that a test does not hang on the shipped ones. */
import type { Metrics } from '../../src/domain/pack/metrics.ts';

type Figure = Metrics['figures'][number];

const place = { dataSet: 'ham10000', split: 'test' };
const classes = ['akiec', 'bcc', 'bkl', 'df', 'mel', 'nv', 'vasc'];

function figure(name: string, value: number, n = 200, part: Partial<Figure> = {}): Figure {
  const interval: [number, number] = [value * 0.95, Math.min(value * 1.05, Math.max(value, 1))];
  return {
    id: `${place.dataSet}.${place.split}.${name}`,
    label: name,
    ...place,
    value,
    interval,
    n,
    runtime: 'wasm',
    ...part,
  };
}

function group(name: string, factor: 'sex' | 'skinType', value: string, share: number, n: number): Figure {
  return figure(`${name}@${factor}=${value}`, share, n, { group: { factor, value } });
}

const estimate = (value: number): { value: number; interval: [number, number] } => ({
  value,
  interval: [value - 0.03, value + 0.03],
});

const epochs = Array.from({ length: 12 }, (_, i) => ({
  epoch: i + 1,
  loss: 2 / (i + 2),
  accuracy: 1 - 0.6 / (i + 1),
  valLoss: 2.2 / (i + 2) + 0.1,
  valAccuracy: 0.9 - 0.5 / (i + 1),
}));

/** 7 x 7: of `mel`, 30 pictures are right and 10 taken for `nv`. */
const counts = classes.map((truth) =>
  classes.map((read) => (truth === read ? 30 : truth === 'mel' && read === 'nv' ? 10 : 1)),
);

export const fullMetrics: Metrics = {
  generated: '2026-01-02',
  notes: ['These figures are made up.'],
  figures: [
    figure('balancedAccuracy', 0.8),
    figure('accuracy', 0.85),
    figure('auc.suspicious', 0.95),
    figure('auc.mel', 0.93),
    figure('calibrationError', 0.03),
    figure('calibrationFloor', 0.02),
    figure('setCoverage', 0.9),
    figure('setSize', 1.6),
    figure('accepted', 0.99),
    ...classes.flatMap((code) => [
      figure(`recall.${code}`, 0.8, 40),
      figure(`specificity.${code}`, 0.9, 160),
      figure(`auc.${code}`, 0.9),
    ]),
    figure('screening.sensitivity', 0.9),
    figure('screening.specificity', 0.6),
    figure('screening.ppv', 0.4),
    figure('screening.npv', 0.95),
    figure('balanced.sensitivity', 0.7),
    figure('balanced.specificity', 0.9),
    figure('stability.flips', 0.04),
    figure('stability.any', 0.07),
    figure('careful.balancedAccuracy', 0.82),
    group('balancedAccuracy', 'sex', 'female', 0.82, 90),
    group('balancedAccuracy', 'sex', 'male', 0.79, 110),
    group('balancedAccuracy', 'skinType', 'V', 0.6, 8),
    group('auc.suspicious', 'sex', 'female', 0.94, 90),
    { ...figure('accuracy', 0.7), id: 'pad_ufes20.test.accuracy', dataSet: 'pad_ufes20' },
  ],
  confusion: [{ ...place, classes, counts }],
  curves: [
    {
      ...place,
      n: 200,
      positives: 80,
      // Sensitivity rises as the threshold falls.
      roc: Array.from({ length: 51 }, (_, i) => ({
        threshold: (50 - i) / 50,
        sensitivity: 1 - (1 - i / 50) ** 3,
        specificity: 1 - (i / 50) ** 3,
      })),
      calibration: Array.from({ length: 15 }, (_, i) => ({
        low: i / 15,
        high: (i + 1) / 15,
        confidence: (i + 0.5) / 15,
        accuracy: Math.min(1, ((i + 0.5) / 15) ** 1.2),
        n: i < 3 ? 0 : 10 + i,
      })),
    },
  ],
  history: epochs.map((row) => ({
    ...row,
    size: 224,
    learningRate: 0.001,
    valBalancedAccuracy: row.valAccuracy - 0.05,
  })),
  comparison: [
    {
      id: 'svm',
      name: 'SVM',
      note: 'Colour and texture.',
      family: 'handmade',
      ...place,
      splitBy: 'lesion',
      n: 200,
      accuracy: estimate(0.6),
      balancedAccuracy: estimate(0.45),
      confusion: { classes, counts },
    },
    {
      id: 'paper-by-picture',
      name: 'Paper’s network, by picture',
      note: '',
      family: 'paper',
      ...place,
      splitBy: 'picture',
      n: 200,
      accuracy: estimate(0.9),
      balancedAccuracy: estimate(0.85),
      aucSuspicious: estimate(0.94),
      history: epochs,
    },
    {
      id: 'ours',
      name: 'Lentigo',
      note: '',
      family: 'ours',
      ...place,
      splitBy: 'lesion',
      n: 200,
      accuracy: estimate(0.85),
      balancedAccuracy: estimate(0.8),
      aucSuspicious: estimate(0.95),
    },
  ],
  sources: [
    {
      leftOut: 'pad_ufes20',
      dataSet: 'pad_ufes20',
      split: 'test',
      name: 'auc.suspicious',
      ...estimate(0.75),
      n: 131,
      withAll: estimate(0.94),
    },
  ],
};
