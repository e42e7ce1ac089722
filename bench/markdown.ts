/** Figures as text and tables as Markdown. */
import { median } from 'simple-statistics';
import type { Pairs } from './page/pairs.ts';

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

export const pairHead = ['what', 'Lentigo', 'least', 'ratio', 'budget'];

/** A row below `pairHead`. @param least what the bare way consists of */
export function pairRow(name: string, { ours, bare }: Pairs, least: string, budget = ''): string[] {
  return [
    name,
    milliseconds(ours),
    `${milliseconds(bare)} (${least})`,
    ratioOf({ ours, bare }).toFixed(2),
    budget,
  ];
}

/** Medians of ours by the bare way's. */
export function ratioOf({ ours, bare }: Pairs): number {
  return median([...ours]) / median([...bare]);
}

/** Median. */
export function milliseconds(times: readonly number[]): string {
  const middle = median([...times]);
  return `${middle.toFixed(middle < 10 ? 1 : 0)} ms`;
}

export const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;
