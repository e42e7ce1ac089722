import { describe, expect, it } from 'vitest';
import { isoDay, type IsoDay } from '../../domain/calendar/calendar';
import type { VisitEntry } from '../../records/catalogue';
import type { VisitSummary } from '../../domain/visit/visit';
import { filterBy, isFiltering, noFilter, type Filter } from './filter';

const people = {
  patient: (id: string | undefined) =>
    id === undefined
      ? undefined
      : {
          id,
          damaged: false as const,
          revision: 1,
          updatedAt: 0,
          name: 'Zoë Quill',
          reference: 'K-7',
          born: '1960-02-29',
          sex: null,
          skinType: null,
          note: '',
        },
  lesion: (id: string | undefined) =>
    id === undefined
      ? undefined
      : {
          id,
          damaged: false as const,
          revision: 1,
          updatedAt: 0,
          patient: 'p',
          name: 'the dark one',
          place: { view: 'front' as const, x: 0.2, y: 0.45 },
          note: '',
          nextCheck: null,
        },
};

const one = (part: Partial<VisitSummary> = {}): VisitSummary => ({
  id: 'e',
  createdAt: new Date(2026, 5, 2, 23, 30),
  day: '2026-05-31' as IsoDay,
  patient: 'p',
  lesion: 'l',
  damaged: false,
  revision: 1,
  updatedAt: 0,
  source: 'file',
  top: 'mel',
  probability: 0.9,
  accepted: true,
  flagged: true,
  triage: 'soon',
  waits: false,
  hasNote: false,
  diagnosis: undefined,
  histology: undefined,
  impression: undefined,
  pictures: 1,
  arrival: null,
  ...part,
});

const passes = (part: Partial<Filter>, entry: VisitEntry = one()): boolean =>
  filterBy({ ...noFilter, ...part }, people)(entry);

describe('the filter of the history', () => {
  it('finds patient, number, lesion, place and class by any of their words', () => {
    for (const text of ['', 'zoe', 'QUILL k-7', 'dark melanoma', 'right forearm', 'front']) {
      expect(passes({ text })).toBe(true);
    }
    for (const text of ['bob', 'left', 'zoe bob']) expect(passes({ text })).toBe(false);
    expect(passes({ text: 'melanoma' }, one({ accepted: false }))).toBe(false);
  });

  it('finds the patient by spelling and birth date as the list of patients does', () => {
    for (const text of ['Zoe Quill', 'QUILL, ZOË', '29.02.1960 forearm', '29 Feb 1960', 'quill 1960']) {
      expect(passes({ text }), text).toBe(true);
    }
    expect(passes({ text: '28.02.1960' })).toBe(false);
  });

  it('goes by what is known of a patient now', () => {
    const entry = one();
    expect(passes({ text: 'quill' }, entry)).toBe(true);
    const nobody = { patient: () => undefined, lesion: () => undefined };
    expect(filterBy({ ...noFilter, text: 'quill' }, nobody)(entry)).toBe(false);
  });

  it('takes days as the calendar on the wall has them', () => {
    expect(passes({ from: '2026-05-31', until: '2026-05-31' })).toBe(true);
    expect(passes({ from: '2026-06-01' })).toBe(false);
    expect(passes({ until: '2026-05-30' })).toBe(false);
  });

  it('narrows by class, step, flag and what is still open', () => {
    expect(passes({ top: 'mel', triage: 'soon', flagged: true })).toBe(true);
    expect(passes({ top: 'nv' })).toBe(false);
    expect(passes({ triage: 'watch' })).toBe(false);
    // By the step, which knows the warning signs too; by the screening point where there is no step.
    expect(passes({ flagged: true }, one({ triage: 'watch' }))).toBe(false);
    expect(passes({ flagged: true }, one({ triage: 'weeks', flagged: false, accepted: false }))).toBe(true);
    expect(passes({ flagged: true }, one({ triage: undefined }))).toBe(true);
    expect(passes({ flagged: true }, one({ triage: undefined, flagged: false }))).toBe(false);
    expect(passes({ unconfirmed: true }, one({ diagnosis: 'nv' }))).toBe(false);
    expect(passes({ unconfirmed: true })).toBe(true);
    expect(passes({ withoutHistology: true }, one({ histology: '' }))).toBe(false);
  });

  it('shows damaged ones unless something of them is asked for', () => {
    const broken: VisitEntry = {
      id: 'x',
      createdAt: new Date(),
      day: isoDay(),
      patient: undefined,
      lesion: undefined,
      damaged: true,
    };
    expect(passes({}, broken)).toBe(true);
    expect(passes({ top: 'mel' }, broken)).toBe(false);
    expect(isFiltering(noFilter)).toBe(false);
    expect(isFiltering({ ...noFilter, until: '2026-01-01' })).toBe(true);
  });
});
