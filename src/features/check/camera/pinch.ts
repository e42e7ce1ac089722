import { on } from 'svelte/events';
import type { Attachment } from 'svelte/attachments';

/** A pinch on the view, reported as a zoom factor; the wheel reports the same. */
export function pinch(zoomBy: (factor: number) => void): Attachment<HTMLElement> {
  return (view) => {
    const fingers = new Map<number, PointerEvent>();

    function apart(): number {
      const [a, b] = [...fingers.values()];
      return a && b ? Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY) : 0;
    }

    function press(event: PointerEvent): void {
      if (fingers.size < 2) fingers.set(event.pointerId, event);
    }

    function move(event: PointerEvent): void {
      if (!fingers.has(event.pointerId)) return;
      const before = apart();
      fingers.set(event.pointerId, event);
      const now = apart();
      if (before > 0 && now > 0) zoomBy(now / before);
    }

    function release({ pointerId }: PointerEvent): void {
      fingers.delete(pointerId);
    }

    function turn(event: WheelEvent): void {
      event.preventDefault();
      zoomBy(event.deltaY < 0 ? 1.1 : 1 / 1.1);
    }

    const ends = [
      on(view, 'pointerdown', press),
      on(view, 'pointermove', move),
      on(view, 'pointerup', release),
      on(view, 'pointercancel', release),
      on(view, 'pointerleave', release),
      on(view, 'wheel', turn, { passive: false }),
    ];
    return () => ends.forEach((end) => end());
  };
}
