import { describe, expect, it, vi } from 'vitest';
import { emptyMask, encodeMask } from '../../../../domain/mask';
import { circle, draw, ellipse } from '../../../../image/testdata/shapes';
import type { InferenceClient } from '../../../../worker/client';
import { OutlineEditor } from './outline-editor.svelte';

const pixels = new Uint8Array(224 * 224 * 3);
const empty = emptyMask(1, 1);
const automatic = { method: 'automatic' } as const;
const shapes = { automatic: draw(circle(40)), threshold: draw(ellipse(60, 30)), colour: draw(circle(10)) };

/** A worker whose measures are the area and what it was asked with. */
function editing(kept = {}) {
  const requests: unknown[] = [];
  const call = vi.fn((name: string, argument: Record<string, unknown>) => {
    if (name === 'outline') {
      const { method } = argument['request'] as { method: keyof typeof shapes };
      requests.push(argument['request']);
      return Promise.resolve({ method, mask: encodeMask(shapes[method]), learned: false, level: 99 });
    }
    const { mask, ...rest } = argument;
    delete rest['pixels'];
    const { runs } = mask as { runs: number[] };
    const area = runs.reduce((sum, length, i) => sum + (i % 2) * length, 0);
    return Promise.resolve({ measured: area === 0 ? null : { measures: { area, ...rest } } });
  });
  const client = { call } as unknown as Pick<InferenceClient, 'call'>;
  return { editor: new OutlineEditor(client, pixels, 448, kept), requests };
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
const areaOf = ({ data }: { data: Uint8Array }): number => data.reduce((sum, value) => sum + value, 0);

describe('the outline editor', () => {
  it('finds, measures, and goes back and forth', async () => {
    const { editor } = editing();
    expect(editor.measurement).toBeUndefined();
    await editor.find(automatic);
    await settled();
    expect(editor.measured?.measures).toMatchObject({ area: areaOf(shapes.automatic), sidePixels: 448 });
    await editor.find({ method: 'threshold', channel: 'blue', side: 'below' });
    expect(editor.level).toBe(99);
    editor.undo();
    await settled();
    expect(areaOf(editor.mask ?? empty)).toBe(areaOf(shapes.automatic));
    expect(editor.measured?.measures.area).toBe(areaOf(shapes.automatic));
    expect(editor.canUndo).toBe(false);
    editor.redo();
    expect(areaOf(editor.mask ?? empty)).toBe(areaOf(shapes.threshold));
    await settled();
    expect(editor.measurement?.outline?.method).toBe('threshold');
  });

  it('leaves out wishes that are overtaken', async () => {
    const { editor, requests } = editing();
    const level = (value: number) =>
      ({ method: 'threshold', channel: 'red', side: 'below', level: value }) as const;
    await Promise.all([editor.find(level(1)), editor.find(level(2)), editor.find(level(3))]);
    expect(requests).toEqual([level(1), level(3)]);
  });

  it('undoes a stroke as a whole', async () => {
    const { editor } = editing();
    await editor.find(automatic);
    editor.paint({ x: 0.1, y: 0.1 }, { x: 0.1, y: 0.1 }, 0.05, 1, true);
    editor.paint({ x: 0.1, y: 0.1 }, { x: 0.3, y: 0.1 }, 0.05, 1, false);
    expect(editor.measurement).toBeUndefined();
    await settled();
    expect(editor.measurement?.outline?.method).toBe('brush');
    expect(areaOf(editor.mask ?? empty)).toBeGreaterThan(areaOf(shapes.automatic));
    editor.undo();
    expect(areaOf(editor.mask ?? empty)).toBe(areaOf(shapes.automatic));
  });

  it('takes up what was kept, and keeps scale and structures', async () => {
    const outline = {
      method: 'brush',
      mask: encodeMask(shapes.colour),
      sidePixels: 3000,
      sideMillimetres: 12,
    } as const;
    const { editor, requests } = editing({ outline });
    await settled();
    expect(requests).toEqual([]);
    const { mask, ...how } = editor.measurement?.outline ?? {};
    expect(how).toEqual({ method: 'brush', sidePixels: 3000, sideMillimetres: 12 });
    expect(mask?.runs).toHaveLength(outline.mask.runs.length);
    editor.setStructures(['dots']);
    editor.setScale(20);
    await settled();
    expect(editor.measured?.measures).toMatchObject({ structures: ['dots'], sideMillimetres: 20 });
    editor.setScale(undefined);
    await settled();
    expect(editor.measurement?.outline).not.toHaveProperty('sideMillimetres');
  });

  it('gives nothing to keep while a new scale, structure or outline is still being measured', async () => {
    const { editor } = editing();
    await editor.find(automatic);
    await settled();
    const changes = [
      () => editor.setScale(20),
      () => editor.setScale(undefined),
      () => editor.setStructures(['dots']),
      () => editor.paint({ x: 0.5, y: 0.5 }, { x: 0.6, y: 0.5 }, 0.1, 1, true),
    ];
    for (const change of changes) {
      expect(editor.measurement).toBeDefined();
      change();
      expect(editor.measurement).toBeUndefined();
      expect(editor.settled).toBe(false);
      await settled();
      const { outline, measures } = editor.measurement ?? {};
      // The stand-in for the measures repeats what it was asked with.
      expect((measures as { sideMillimetres?: number }).sideMillimetres).toBe(outline?.sideMillimetres);
    }
  });

  it('tells what failed, and goes on with the next wish', async () => {
    const { editor } = editing();
    const call = vi.fn(() => Promise.reject(new Error('lost')));
    const broken = new OutlineEditor({ call } as never, pixels, 448);
    await broken.find(automatic);
    expect(broken.failure?.code).toBe('internal');
    expect(broken.finding).toBe(false);
    await editor.find(automatic);
    expect(editor.failure).toBeUndefined();
  });
});
