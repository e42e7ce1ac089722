import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { toCsv, type Outcome, type Prediction } from './outcome.ts';
import { makeReport } from './report.ts';
import { formatReport } from './table.ts';

const classes = (['mel', 'nv', 'bcc'] as const).map((code) => ({
  code,
  name: code,
  icd10: [],
  kind: code === 'nv' ? ('benign' as const) : ('malignant' as const),
  advice: code,
}));

const manifest = {
  classes,
  calibration: {
    temperature: { dermatoscope: 1, phone: 1 },
    predictionSet: { method: 'lac' as const, coverage: 0.9, threshold: 0.1 },
    operatingPoints: [{ id: 'screening', classes: ['mel', 'bcc'], threshold: 0.4, sensitivity: 0.95 }],
    gate: { threshold: 0.5 },
  },
};

function prediction(probabilities: number[], part: Partial<Prediction> = {}): Prediction {
  const top = classes[probabilities.indexOf(Math.max(...probabilities))]?.code ?? '';
  return {
    predicted: top,
    probabilities,
    logits: probabilities.map(Math.log),
    pLesion: 0.9,
    accepted: true,
    quality: [],
    set: [top],
    flagged: [],
    milliseconds: 40,
    backend: 'wasm',
    ...part,
  };
}

const label = (dx: string, file = `${dx}.jpg`): Outcome['label'] => ({ file, dx, others: { site: 'arm' } });

const outcomes: Outcome[] = [
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

describe('the report', () => {
  const report = makeReport(outcomes, manifest);

  it('counts rows, readings and errors', () => {
    expect(report).toMatchObject({
      rows: 8,
      read: 7,
      errors: { 'unknown-label': 1, 'file-missing': 1 },
      backends: { wasm: 7 },
    });
  });

  it('takes its figures from pictures of known classes alone', () => {
    expect(report.accuracy).toMatchObject({ value: 0.75, n: 4 });
    expect(report.balancedAccuracy).toMatchObject({ value: (0.5 + 1 + 1) / 3, n: 4 });
    expect(report.confusion).toEqual([
      [1, 1, 0],
      [0, 1, 0],
      [0, 0, 1],
    ]);
    expect(report.malignantOrPremalignantAuc.value).toBe(1);
    expect(report.melanomaAuc.value).toBe(1);
    expect(report.predictionSet.coverage).toMatchObject({ value: 1, n: 4 });
    expect(report.predictionSet.meanSize.value).toBe(1.25);
  });

  it('has what an operating point finds and misses', () => {
    const [point] = report.operatingPoints;
    expect(point).toMatchObject({ id: 'screening', threshold: 0.4 });
    expect(point?.sensitivity).toMatchObject({ value: 2 / 3, n: 3 });
    expect(point?.specificity).toMatchObject({ value: 0, n: 1 });
    expect(point?.ppv).toMatchObject({ value: 2 / 3, n: 3 });
    expect(point?.npv).toMatchObject({ value: 0, n: 1 });
    const [low, high] = point?.sensitivity.interval ?? [];
    expect(low).toBeCloseTo(0.2077, 3);
    expect(high).toBeCloseTo(0.9385, 3);
    expect(formatReport(report)).toMatch(/^screening +0\.400 +66\.7 % \[20\.8, 93\.9\] of 3 /m);
  });

  it('has an interval around the calibration error', () => {
    const { value, interval, n } = report.calibrationError;
    expect(n).toBe(4);
    expect(value).toBeCloseTo(0.35, 12);
    expect(interval?.[0]).toBeLessThanOrEqual(0.35);
    expect(interval?.[1]).toBeGreaterThanOrEqual(0.35);
  });

  it('tells how many careful readings agree in all their views', () => {
    expect(report.viewsAgree).toBeNull();
    const careful = outcomes.map((outcome, i) =>
      outcome.prediction
        ? { ...outcome, prediction: { ...outcome.prediction, views: { count: 8, agree: i === 1 ? 5 : 8 } } }
        : outcome,
    );
    expect(makeReport(careful, manifest).viewsAgree).toMatchObject({ value: 0.75, n: 4 });
    expect(formatReport(makeReport(careful, manifest))).toContain('all eight views agree');
    const written: Record<string, string>[] = parse(toCsv(careful, ['mel', 'nv', 'bcc']), { columns: true });
    expect(written.map(({ views_agree }) => views_agree)).toEqual(['8', '5', '8', '8', '8', '8', '8', '']);
  });

  it('counts `none` for the gate alone', () => {
    expect(report.refused.none).toMatchObject({ value: 0.5, n: 2 });
    expect(report.refused.lesions).toMatchObject({ value: 0.25, n: 4 });
  });

  it('takes the means over the pictures with an outline by experts', () => {
    expect(report.outline.dice).toMatchObject({ value: 0.9, n: 1 });
    expect(report.outline.attentionInside).toMatchObject({ value: 0.6, n: 1 });
    expect(report.outline.errors).toEqual({ 'worker-lost': 1 });
    expect(formatReport(report)).toMatch(/outline, Dice +0\.900.*, 1 worker-lost/);
  });

  it('has no figures, and no NaN, where nothing was read', () => {
    const empty = makeReport([{ label: label('nv'), error: 'picture-damaged' }], manifest);
    expect(empty.accuracy).toEqual({ value: null, interval: null, n: 0 });
    expect(empty.balancedAccuracy.value).toBeNull();
    expect(JSON.stringify(empty)).not.toContain('NaN');
    expect(formatReport(empty)).toContain('1 listed, 0 read, 1 picture-damaged');
  });

  it('is a short table on the terminal', () => {
    expect(formatReport(report)).toMatch(/balanced accuracy +83\.3 % \[/);
  });
});

describe('predictions.csv', () => {
  const rows: Record<string, string>[] = parse(toCsv(outcomes, ['mel', 'nv', 'bcc']), { columns: true });

  it('has one row for each picture, in order, with all columns', () => {
    expect(rows).toHaveLength(outcomes.length);
    expect(Object.keys(rows[0] ?? {}).join()).toBe(
      'file,dx,predicted,p_mel,p_nv,p_bcc,p_lesion,accepted,quality,set,milliseconds,dice,iou,attention_inside,outline_error,error,site',
    );
    expect(rows[1]).toMatchObject({
      predicted: 'nv',
      p_mel: '0.300000',
      set: 'nv mel',
      accepted: 'true',
      error: '',
    });
  });

  it('says why a picture has no comparison with the experts’ outline', () => {
    expect(rows.map((row) => row['outline_error'])).toEqual(['', '', '', 'worker-lost', '', '', '', '']);
  });

  it('says why a row has no reading', () => {
    expect(rows.at(-1)).toMatchObject({
      file: 'gone.jpg',
      predicted: '',
      p_mel: '',
      error: 'file-missing',
      site: 'arm',
    });
  });

  it('lets its own columns win over those of the labels', () => {
    const again: Outcome = {
      label: { file: 'a', dx: 'nv', others: { predicted: 'old', error: 'old' } },
      error: 'file-missing',
    };
    expect(parse(toCsv([again], ['mel']), { columns: true })).toMatchObject([
      { predicted: '', error: 'file-missing' },
    ]);
  });
});
