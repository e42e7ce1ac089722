/** The report for the terminal. */
import type { Figure, Report } from '../../src/domain/evaluation/report.ts';

export function formatReport(report: Report): string {
  const { milliseconds, refused, predictionSet, outline } = report;
  const lines: (readonly [string, string])[] = [
    ['pictures', `${report.rows} listed, ${report.read} read${errors(report)}`],
    ['accuracy', percent(report.accuracy)],
    ['balanced accuracy', percent(report.balancedAccuracy)],
    ['AUC melanoma', number(report.melanomaAuc, 3)],
    ['AUC malignant or premalignant', number(report.malignantOrPremalignantAuc, 3)],
    ['calibration error', number(report.calibrationError, 3)],
    ['prediction set holds the truth', percent(predictionSet.coverage)],
    ['prediction set mean size', number(predictionSet.meanSize, 2)],
    ...(report.viewsAgree ? [['all eight views agree', percent(report.viewsAgree)] as const] : []),
    ['refused, of lesions', percent(refused.lesions)],
    ['refused, of no lesion', percent(refused.none)],
    ...(outline.dice.n > 0 || Object.keys(outline.errors).length > 0
      ? ([
          ['outline, Dice', `${number(outline.dice, 3)}${errors(outline)}`],
          ['outline, IoU', number(outline.iou, 3)],
          ['attention inside of the outline', percent(outline.attentionInside)],
        ] as const)
      : []),
    [
      'milliseconds a picture',
      milliseconds.median === null || milliseconds.p95 === null
        ? '-'
        : `median ${milliseconds.median.toFixed(0)}, 95 % within ${milliseconds.p95.toFixed(0)} (${backends(report)})`,
    ],
  ];
  const width = Math.max(...lines.map(([name]) => name.length));
  return [
    ...lines.map(([name, text]) => `${name.padEnd(width)}  ${text}`),
    '',
    grid(
      ['class', 'n', 'recall', 'specificity', 'AUC'],
      report.classes.map(({ code, recall, specificity, auc }) => [
        code,
        String(recall.n),
        percent(recall, false),
        percent(specificity, false),
        number(auc, 3, false),
      ]),
    ),
    '',
    grid(
      ['operating point', 'threshold', 'sensitivity', 'specificity', 'PPV', 'NPV'],
      report.operatingPoints.map(({ id, thresholds, sensitivity, specificity, ppv, npv }) => [
        id,
        // One where it is the same for each kind of picture.
        [...new Set(Object.values(thresholds).map((threshold) => threshold.toFixed(3)))].join(' / '),
        ...[sensitivity, specificity, ppv, npv].map((figure) => percent(figure)),
      ]),
    ),
    '',
    grid(
      ['true \\ read as', ...report.classes.map(({ code }) => code)],
      report.confusion.map((row, k) => [report.classes[k]?.code ?? '', ...row.map(String)]),
    ),
  ].join('\n');
}

function percent({ value, interval, n }: Figure, withCount = true): string {
  if (value === null) return '-';
  const range = interval ? ` [${interval.map((end) => (end * 100).toFixed(1)).join(', ')}]` : '';
  return `${(value * 100).toFixed(1)} %${range}${withCount ? ` of ${n}` : ''}`;
}

function number({ value, interval, n }: Figure, digits: number, withCount = true): string {
  if (value === null) return '-';
  const range = interval ? ` [${interval.map((end) => end.toFixed(digits)).join(', ')}]` : '';
  return `${value.toFixed(digits)}${range}${withCount ? ` of ${n}` : ''}`;
}

function errors({ errors: found }: Pick<Report, 'errors'>): string {
  return Object.entries(found)
    .map(([code, count]) => `, ${count} ${code}`)
    .join('');
}

function backends({ backends }: Report): string {
  return Object.entries(backends)
    .map(([backend, count]) => `${backend}: ${count}`)
    .join(', ');
}

function grid(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, k) => Math.max(title.length, ...rows.map((row) => (row[k] ?? '').length)));
  return [head, ...rows]
    .map((row) =>
      row.map((cell, k) => (k === 0 ? cell.padEnd(widths[k] ?? 0) : cell.padStart(widths[k] ?? 0))),
    )
    .map((row) => row.join('  '))
    .join('\n');
}
