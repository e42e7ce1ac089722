import { describe, expect, it } from 'vitest';
import type { PictureKind } from '../picture-kind';
import { comparedKind, followUpOf, type Change, type FollowUpPoint } from './follow-up';

const point = (day: number, part: Partial<FollowUpPoint> = {}): FollowUpPoint => ({
  id: String(day),
  kind: 'dermatoscope',
  date: new Date(day),
  diameter: undefined,
  area: undefined,
  asymmetry: undefined,
  probability: undefined,
  model: 'lesions 1.0.0',
  views: 1,
  ...part,
});

const changesOf = (points: readonly FollowUpPoint[]): readonly Change[] =>
  followUpOf(points, 'dermatoscope').changes;

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

  it('needs two visits with the figure, the last among them', () => {
    expect(changesOf([])).toEqual([]);
    expect(changesOf([point(1, { area: 10 })])).toEqual([]);
    expect(changesOf([point(1, { area: 10 }), point(2, { area: 90 }), point(3)])).toEqual([]);
  });
});

describe('the probabilities of two visits', () => {
  const low = { probability: 0.1 };
  const high = { probability: 0.6 };

  it('are compared where the same model read both in the same way', () => {
    const { changes, leftOut } = followUpOf([point(1, low), point(2, high)], 'dermatoscope');
    expect(changes).toMatchObject([{ figure: 'probability', before: 0.1, after: 0.6 }]);
    expect(leftOut).toBeUndefined();
  });

  it.each([
    ['another version of the model', { model: 'lesions 1.1.0' }, 'model'],
    ['several views', { views: 8 }, 'views'],
    ['both', { model: 'lesions 1.1.0', views: 8 }, 'model'],
  ])('are not compared where one comes from %s', (_, part, reason) => {
    const followUp = followUpOf([point(1, low), point(2, { ...high, ...part })], 'dermatoscope');
    expect(followUp.changes).toEqual([]);
    expect(followUp.leftOut).toBe(reason);
    expect(followUp.comparable.map(({ probability }) => probability)).toEqual([undefined, 0.6]);
    // Each visit still says what it said.
    expect(followUp.points.map(({ probability }) => probability)).toEqual([0.1, 0.6]);
  });

  it('are compared with the first that is like the last', () => {
    const points = [point(1, { ...low, views: 8 }), point(2, { probability: 0.3 }), point(3, high)];
    const { changes, leftOut } = followUpOf(points, 'dermatoscope');
    expect(changes).toMatchObject([{ before: 0.3, after: 0.6, since: new Date(2) }]);
    expect(leftOut).toBe('views');
  });

  it('leave measures alone: they do not depend on the model', () => {
    const points = [point(1, { ...low, diameter: 4 }), point(2, { ...high, model: 'b 2.0.0', diameter: 6 })];
    expect(followUpOf(points, 'dermatoscope').changes).toMatchObject([{ figure: 'diameter' }]);
  });
});

describe('like with like', () => {
  const visit = (...kinds: PictureKind[]) => ({ pictures: kinds.map((kind) => ({ kind })) as never });

  it('goes by the kind that most visits have, and never by an overview', () => {
    expect(comparedKind([visit('close-up'), visit('close-up', 'dermatoscope')])).toBe('close-up');
    expect(comparedKind([visit('close-up', 'dermatoscope'), visit('dermatoscope')])).toBe('dermatoscope');
    expect(comparedKind([visit('close-up', 'dermatoscope')])).toBe('dermatoscope');
    expect(comparedKind([visit('overview'), visit('overview')])).toBeUndefined();
  });

  it('leaves out what is of another kind, and says so', () => {
    const points = [
      point(1, { kind: 'close-up', diameter: 4, probability: 0.1 }),
      point(2, { diameter: 8, probability: 0.9 }),
    ];
    const found = followUpOf(points, 'dermatoscope');
    expect(found.changes).toEqual([]);
    expect(found.leftOut).toBe('kind');
    expect(found.points).toEqual(points);
    expect(
      followUpOf(
        points.map((one) => ({ ...one, kind: 'overview' })),
        undefined,
      ).changes,
    ).toEqual([]);
  });
});
