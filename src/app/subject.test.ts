import { beforeEach, describe, expect, it } from 'vitest';
import type { ChangeListener, RecordChange } from '../records/changes';
import { NextSubject, nobody } from './subject.svelte';

let tell: (change: RecordChange) => void;
let next: NextSubject;

beforeEach(() => {
  const listeners: ChangeListener[] = [];
  tell = (change) => listeners.forEach((listener) => listener(change));
  const patients = new Map([
    ['mole', 'ada'],
    ['scar', 'ada'],
    ['wart', 'zoe'],
  ]);
  next = new NextSubject({ onChange: (listener) => listeners.push(listener) }, (id) => patients.get(id));
});

describe('what the next pictures are of', () => {
  it('is nobody until somebody is chosen', () => {
    expect(next.value).toBe(nobody);
    next.choose({ lesion: 'mole' });
    expect(next.value).toEqual({ lesion: 'mole' });
  });

  it.each([
    ['another patient', { page: 'patients', id: 'zoe' }],
    ['another lesion', { page: 'lesion', id: 'wart' }],
    ['another lesion of the same patient', { page: 'lesion', id: 'scar' }],
  ] as const)('ends when %s is opened', (_, route) => {
    next.choose({ lesion: 'mole' });
    next.follow(route);
    expect(next.value).toBe(nobody);
  });

  it.each([
    { page: 'classify' },
    { page: 'settings' },
    { page: 'patients' },
    { page: 'patients', id: 'ada' },
    { page: 'lesion', id: 'mole' },
  ] as const)('goes on over %o', (route) => {
    next.choose({ lesion: 'mole' });
    next.follow(route);
    expect(next.value).toEqual({ lesion: 'mole' });
  });

  it('goes on over the lesions of a patient, where the patient was chosen', () => {
    next.choose({ patient: 'ada' });
    next.follow({ page: 'lesion', id: 'scar' });
    expect(next.value).toEqual({ patient: 'ada' });
    next.follow({ page: 'lesion', id: 'wart' });
    expect(next.value).toBe(nobody);
  });

  it.each<RecordChange>([
    { kind: 'locked' },
    { kind: 'cleared' },
    { kind: 'removed', of: 'lesion', ids: ['mole'] },
  ])('ends with %o', (change) => {
    next.choose({ lesion: 'mole' });
    tell({ kind: 'removed', of: 'patient', ids: ['mole'] });
    tell({ kind: 'changed', of: 'lesion', ids: ['mole'] });
    expect(next.value).toEqual({ lesion: 'mole' });
    tell(change);
    expect(next.value).toBe(nobody);
  });

  it('ends with its visit, unless something was chosen since', () => {
    const first = { lesion: 'mole' };
    next.choose(first);
    const second = { lesion: 'mole' };
    next.choose(second);
    next.finish(first);
    expect(next.value).toBe(second);
    next.finish(second);
    expect(next.value).toBe(nobody);
  });
});
