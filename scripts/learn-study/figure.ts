/** The study's curves: a drawing and a table for the docs. */
import type { Row } from './study.ts';

interface Line {
  readonly name: string;
  readonly colour: string;
  readonly dash: string;
  /** Balanced accuracy of a row on the lesions that were kept apart; undefined for a row of another line. */
  readonly of: (row: Row) => number | undefined;
}

const learnt =
  (withBank: boolean, wrong: boolean) =>
  (row: Row): number | undefined =>
    row.withBank === withBank && row.wrong === wrong ? row.result.after : undefined;

/** What a device would use: the learnt head where the guard adopts it. */
const used =
  (wrong: boolean) =>
  (row: Row): number | undefined => {
    if (!row.withBank || row.wrong !== wrong) return undefined;
    return row.result.refusals.length === 0 ? row.result.after : row.result.before;
  };

const lines: readonly Line[] = [
  { name: 'shipped', colour: '#555', dash: '2 3', of: ({ result }) => result.before },
  { name: 'with bank', colour: '#0072b2', dash: '', of: learnt(true, false) },
  { name: 'with bank, 1 in 10 wrong', colour: '#0072b2', dash: '6 3', of: learnt(true, true) },
  { name: 'without bank', colour: '#d55e00', dash: '', of: learnt(false, false) },
  { name: 'without bank, 1 in 10 wrong', colour: '#d55e00', dash: '6 3', of: learnt(false, true) },
  { name: 'with bank and guard', colour: '#000', dash: '1 4', of: used(false) },
];

const [width, height, gap, left, top, foot] = [250, 170, 28, 46, 30, 36] as const;

/** An SVG with one panel for each clinic. */
export function drawing(rows: readonly Row[]): string {
  const clinics = [...new Set(rows.map(({ clinic }) => clinic))].sort();
  const panels = clinics.map((clinic, at) => {
    const own = rows.filter((row) => row.clinic === clinic);
    const x = left + (at % 2) * (width + gap + left);
    const y = top + Math.floor(at / 2) * (height + foot + top);
    return panel(clinic, own, x, y);
  });
  const across = 2 * (width + gap + left);
  const down = Math.ceil(clinics.length / 2) * (height + foot + top) + top;
  const legend = lines.map(({ name, colour, dash }, at) => {
    const x = left + (at % 3) * 205;
    const y = down + Math.floor(at / 3) * 18;
    return `<path d="M${x} ${y - 4}h26" stroke="${colour}" stroke-dasharray="${dash}" stroke-width="2"/><text x="${x + 32}" y="${y}">${name}</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${across} ${down + 34}" font-family="sans-serif" font-size="11" fill="none">`,
    '<title>Balanced accuracy on lesions that were kept apart, by the number of corrected pictures</title>',
    `<rect width="100%" height="100%" fill="#fff"/>`,
    `<g>${[...panels, ...legend].join('\n').replaceAll('<text', '<text fill="#222"')}</g>`,
    '</svg>',
    '',
  ].join('\n');
}

function panel(clinic: string, rows: readonly Row[], x: number, y: number): string {
  const counts = countsOf(rows);
  const values = lines.flatMap(({ of }) => counts.map((count) => meanAt(rows, count, of)));
  const low = Math.floor(Math.min(...values) * 20) / 20;
  const high = Math.ceil(Math.max(...values) * 20) / 20;
  const most = Math.max(...counts);
  const across = (count: number): number => x + (count / most) * width;
  const up = (value: number): number => y + height - ((value - low) / (high - low)) * height;
  const path = ({ of }: Line): string =>
    counts
      .map(
        (count, at) =>
          `${at === 0 ? 'M' : 'L'}${across(count).toFixed(1)} ${up(meanAt(rows, count, of)).toFixed(1)}`,
      )
      .join('');
  return [
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" stroke="#bbb"/>`,
    `<text x="${x}" y="${y - 8}" font-weight="bold">${clinic}</text>`,
    `<text x="${x - 6}" y="${y + 4}" text-anchor="end">${(100 * high).toFixed(0)} %</text>`,
    `<text x="${x - 6}" y="${y + height + 4}" text-anchor="end">${(100 * low).toFixed(0)} %</text>`,
    ...counts.map(
      (count) => `<text x="${across(count)}" y="${y + height + 16}" text-anchor="middle">${count}</text>`,
    ),
    ...lines.map(
      (line) =>
        `<path d="${path(line)}" stroke="${line.colour}" stroke-width="2" stroke-dasharray="${line.dash}"/>`,
    ),
  ].join('\n');
}

/** A Markdown table of the same figures, with how often the guard adopted what was learnt. */
export function table(rows: readonly Row[]): string {
  const head = [
    'clinic',
    'corrections',
    ...lines.map(({ name }) => name),
    'adopted',
    'adopted, 1 in 10 wrong',
  ];
  const body = [...new Set(rows.map(({ clinic }) => clinic))].sort().flatMap((clinic) => {
    const own = rows.filter((row) => row.clinic === clinic);
    return countsOf(own).map((count) => [
      clinic,
      `${count}`,
      ...lines.map(({ of }) => `${(100 * meanAt(own, count, of)).toFixed(1)} %`),
      ...[false, true].map((wrong) =>
        adopted(own.filter((row) => row.corrections === count && row.wrong === wrong)),
      ),
    ]);
  });
  return [head, head.map(() => '---'), ...body].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function adopted(rows: readonly Row[]): string {
  const own = rows.filter(({ withBank }) => withBank);
  return `${own.filter(({ result }) => result.refusals.length === 0).length} of ${own.length}`;
}

function countsOf(rows: readonly Row[]): number[] {
  return [...new Set(rows.map(({ corrections }) => corrections))].sort((a, b) => a - b);
}

function meanAt(rows: readonly Row[], count: number, of: Line['of']): number {
  const values = rows
    .filter(({ corrections }) => corrections === count)
    .map(of)
    .filter((value) => value !== undefined);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
