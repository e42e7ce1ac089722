/** How often the model and what was found agree, on this device. */
import type { Correction } from './corrections';

type Compared = Pick<Correction, 'code' | 'said'>;

/** A share with its 95 % interval, 0..1. */
export interface Share {
  readonly right: number;
  readonly count: number;
  readonly low: number;
  readonly high: number;
}

/** Wilson's score interval (Wilson, JASA 22, 1927): right for small counts too. */
export function shareOf(right: number, count: number): Share {
  if (count === 0) return { right, count, low: 0, high: 1 };
  const z = 1.96;
  const share = right / count;
  const spread = z * Math.sqrt((share * (1 - share)) / count + (z / (2 * count)) ** 2);
  const shrunk = 1 + (z * z) / count;
  const middle = share + (z * z) / (2 * count);
  return {
    right,
    count,
    low: Math.max(0, (middle - spread) / shrunk),
    high: Math.min(1, (middle + spread) / shrunk),
  };
}

/** Pictures by what was found (rows) and what the model said (columns), in the order of `codes`. */
export function confusionOf(corrections: readonly Compared[], codes: readonly string[]): number[][] {
  const counts = codes.map(() => codes.map(() => 0));
  for (const { code, said } of corrections) {
    const row = counts[codes.indexOf(code)];
    const column = codes.indexOf(said);
    if (row && column >= 0) row[column] = (row[column] ?? 0) + 1;
  }
  return counts;
}

/** Pictures that one value over time looks back on. */
export const lookBack = 20;

export interface AgreementAt extends Share {
  readonly at: Date;
}

/** How often they agreed in the last pictures up to each one, in order of time. */
export function agreementOverTime(
  corrections: readonly (Compared & Pick<Correction, 'visitedAt'>)[],
): AgreementAt[] {
  const ordered = [...corrections].sort((a, b) => a.visitedAt.getTime() - b.visitedAt.getTime());
  return ordered.map(({ visitedAt }, last) => {
    const window = ordered.slice(Math.max(0, last + 1 - lookBack), last + 1);
    return {
      at: visitedAt,
      ...shareOf(window.filter(({ code, said }) => code === said).length, window.length),
    };
  });
}
