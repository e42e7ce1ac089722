import { on } from 'svelte/events';
import type { Attachment } from 'svelte/attachments';
import type { Crop, Size } from '../../../domain/crop';
import type { Point } from '../../../domain/point';
import { centredOn, cropShare, moved, pinched, zoomed } from './crop-geometry';

/** The crop that gestures and keys change. */
export interface Framing {
  readonly frame: Crop;
  readonly size: Size;
  /** The crop that a reset restores. */
  readonly whole: Crop;
}

const step = 0.05;
const zoomStep = 1.15;

/** A finger that moves by no more than this, pixels of the screen, has tapped. */
const tapSlack = 8;

/** Turns drag, pinch, wheel and tap on the view into new crops. The picture follows the hand; a tap centres it there. */
export function handGestures(current: () => Framing, change: (frame: Crop) => void): Attachment<HTMLElement> {
  return (view) => {
    const fingers = new Map<number, Point>();
    /** Where the one finger went down that has not moved since. */
    let tap: { readonly x: number; readonly y: number } | undefined;

    /** A place on the screen in shares of the frame. */
    function place(event: MouseEvent): Point {
      const box = view.getBoundingClientRect();
      const margin = (1 - cropShare) / 2;
      return {
        x: ((event.clientX - box.left) / box.width - margin) / cropShare,
        y: ((event.clientY - box.top) / box.height - margin) / cropShare,
      };
    }

    function press(event: PointerEvent): void {
      if (event.button !== 0 || fingers.size === 2) return;
      view.setPointerCapture(event.pointerId);
      tap = fingers.size === 0 ? { x: event.clientX, y: event.clientY } : undefined;
      fingers.set(event.pointerId, place(event));
    }

    function move(event: PointerEvent): void {
      const before = fingers.get(event.pointerId);
      if (!before) return;
      if (tap) {
        if (Math.hypot(event.clientX - tap.x, event.clientY - tap.y) <= tapSlack) return;
        tap = undefined;
      }
      const now = place(event);
      const { frame, size } = current();
      const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
      change(
        other
          ? pinched(frame, size, [before, other], [now, other])
          : moved(frame, size, (before.x - now.x) * frame.side, (before.y - now.y) * frame.side),
      );
      fingers.set(event.pointerId, now);
    }

    function release({ pointerId }: PointerEvent): void {
      fingers.delete(pointerId);
    }

    function lift(event: PointerEvent): void {
      const { frame, size } = current();
      if (tap && fingers.has(event.pointerId)) change(centredOn(frame, size, place(event)));
      tap = undefined;
      release(event);
    }

    function turn(event: WheelEvent): void {
      event.preventDefault();
      const { frame, size } = current();
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? event.deltaY / 40 : event.deltaY;
      change(zoomed(frame, size, zoomStep ** -Math.max(-3, Math.min(3, lines / 2)), place(event)));
    }

    const ends = [
      on(view, 'pointerdown', press),
      on(view, 'pointermove', move),
      on(view, 'pointerup', lift),
      on(view, 'pointercancel', release),
      on(view, 'wheel', turn, { passive: false }),
    ];
    return () => ends.forEach((end) => end());
  };
}

/**
 * The frame after a key: arrows move it over the picture (with Shift in small steps), plus and minus
 * zoom, 0 goes back to the whole picture. Undefined for every other key.
 */
export function cropAfterKey(
  { frame, size, whole }: Framing,
  { key, shiftKey }: Pick<KeyboardEvent, 'key' | 'shiftKey'>,
): Crop | undefined {
  const distance = frame.side * (shiftKey ? step / 5 : step);
  switch (key) {
    case 'ArrowLeft':
      return moved(frame, size, -distance, 0);
    case 'ArrowRight':
      return moved(frame, size, distance, 0);
    case 'ArrowUp':
      return moved(frame, size, 0, -distance);
    case 'ArrowDown':
      return moved(frame, size, 0, distance);
    case '+':
    case '=':
      return zoomed(frame, size, zoomStep);
    case '-':
    case '_':
      return zoomed(frame, size, 1 / zoomStep);
    case '0':
      return whole;
    default:
      return undefined;
  }
}
