import { describe, expect, it } from 'vitest';
import { changesOf, type FollowUpPoint } from './follow-up';

const point = (day: number, part: Partial<FollowUpPoint> = {}): FollowUpPoint => ({
  id: String(day),
  date: new Date(day),
  diameter: undefined,
  area: undefined,
  asymmetry: undefined,
  probability: undefined,
  ...part,
});

describe('a change', () => {
  it('is told with both figures and since when', () => {
    const points = [
      point(1),
      point(2, { diameter: 4 }),
      point(3, { diameter: 4.5 }),
      point(4, { diameter: 5.2 }),
    ];
    expect(changesOf(points)).toEqual([{ figure: 'diameter', before: 4, after: 5.2, since: new Date(2) }]);
  });

  it('is more than what measuring alone makes of it', () => {
    expect(changesOf([point(1, { diameter: 4 }), point(2, { diameter: 4.9 })])).toEqual([]);
    expect(changesOf([point(1, { diameter: 20 }), point(2, { diameter: 22 })])).toEqual([]);
    expect(changesOf([point(1, { area: 10 }), point(2, { area: 13 })])).toEqual([]);
    expect(changesOf([point(1, { area: 10 }), point(2, { area: 5 })])).toMatchObject([{ figure: 'area' }]);
    expect(changesOf([point(1, { probability: 0.1 }), point(2, { probability: 0.35 })])).toHaveLength(1);
  });

  it('needs two examinations with the figure, the last among them', () => {
    expect(changesOf([])).toEqual([]);
    expect(changesOf([point(1, { area: 10 })])).toEqual([]);
    expect(changesOf([point(1, { area: 10 }), point(2, { area: 90 }), point(3)])).toEqual([]);
  });
});
