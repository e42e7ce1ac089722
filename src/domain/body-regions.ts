/** Which region of the body a place on the map lies in. Left and right are the person's own. */
import { bodyViews, type BodyPlace, type BodyView } from './lesion';

export type Part =
  | 'head'
  | 'neck'
  | 'shoulder'
  | 'upper-arm'
  | 'forearm'
  | 'hand'
  | 'chest'
  | 'upper-back'
  | 'abdomen'
  | 'lower-back'
  | 'hip'
  | 'buttock'
  | 'thigh'
  | 'knee'
  | 'lower-leg'
  | 'foot'
  | 'palm'
  | 'sole';

interface Region {
  readonly part: Part;
  /** Absent in the middle of the body. */
  readonly side?: 'left' | 'right';
}

/** Size of the drawings, in their own units. */
export const drawingSize: Readonly<Record<BodyView, { readonly width: number; readonly height: number }>> = {
  front: { width: 200, height: 430 },
  back: { width: 200, height: 430 },
  left: { width: 200, height: 430 },
  right: { width: 200, height: 430 },
  'left-palm': { width: 200, height: 250 },
  'right-palm': { width: 200, height: 250 },
  'left-sole': { width: 200, height: 250 },
  'right-sole': { width: 200, height: 250 },
};

/** One place in the middle of every region of every view: the body map as a list. */
export const landmarks: readonly BodyPlace[] = bodyViews.flatMap((view) => {
  const { width, height } = drawingSize[view];
  return pointsOf(view).map(([x, y]) => ({ view, x: x / width, y: y / height }));
});

export function regionOf({ view, x, y }: BodyPlace): Region {
  if (view === 'left-palm' || view === 'right-palm') return { part: 'palm', side: sideOf(view, x) };
  if (view === 'left-sole' || view === 'right-sole') return { part: 'sole', side: sideOf(view, x) };
  const { width, height } = drawingSize[view];
  const across = Math.abs(x - 0.5) * width;
  const down = y * height;
  const part = partAt(view, across, down);
  const middle = part === 'head' || part === 'neck' || part === 'abdomen' || part === 'lower-back';
  return middle && (view === 'front' || view === 'back') ? { part } : { part, side: sideOf(view, x) };
}

function partAt(view: 'front' | 'back' | 'left' | 'right', across: number, down: number): Part {
  const behind = view === 'back';
  if (down < 57) return 'head';
  if (down < 72 && across < 22) return 'neck';
  const arm = view === 'left' || view === 'right' ? onSideArm(across, down) : across > (down < 130 ? 39 : 36);
  if (arm && down < 275) {
    if (down < 100) return 'shoulder';
    if (down < 160) return 'upper-arm';
    return down < 238 ? 'forearm' : 'hand';
  }
  if (down < 130) return behind ? 'upper-back' : 'chest';
  if (down < 196) return behind ? 'lower-back' : 'abdomen';
  if (down < 246) return behind ? 'buttock' : 'hip';
  if (down < 305) return 'thigh';
  if (down < 332) return 'knee';
  return down < 390 ? 'lower-leg' : 'foot';
}

function onSideArm(across: number, down: number): boolean {
  return across < 12 && down > 82 && down < 262;
}

function sideOf(view: BodyView, x: number): 'left' | 'right' {
  if (view === 'front') return x < 0.5 ? 'right' : 'left';
  if (view === 'back') return x < 0.5 ? 'left' : 'right';
  return view.startsWith('left') ? 'left' : 'right';
}

function pointsOf(view: BodyView): readonly (readonly [number, number])[] {
  if (view.endsWith('palm')) return [[100, 160]];
  if (view.endsWith('sole')) return [[100, 130]];
  if (view === 'left' || view === 'right') return [];
  const half: readonly (readonly [number, number])[] = [
    [56, 88],
    [52, 130],
    [40, 196],
    [26, 254],
    [80, 104],
    [80, 222],
    [80, 276],
    [80, 318],
    [80, 360],
    [78, 408],
  ];
  const middle: readonly (readonly [number, number])[] = [
    [100, 30],
    [100, 64],
    [100, 164],
  ];
  return [...middle, ...half, ...half.map(([x, y]) => [200 - x, y] as const)];
}
