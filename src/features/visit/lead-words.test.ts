import { describe, expect, it } from 'vitest';
import type { IsoDay } from '../../domain/calendar/calendar';
import { aVisit } from '../../test/visits';
import { m } from '../../i18n/paraglide/messages.js';
import { asksForDoctor, leadFigure, leadName, leadOver, predictionWords } from './lead-words';

const found = (code: string) => ({ code, text: '', date: '2026-05-20' });
const day = '2026-05-20' as IsoDay;
const pictures = [{ ...aVisit, id: 'one', kind: 'dermatoscope', capturedOn: day }] as const;

describe('leadOver', () => {
  it('says nothing without a diagnosis', () => {
    expect(leadOver({ diagnosis: null, histology: null, pictures }, 'soon', 'clinician')).toBeUndefined();
  });

  it('decides where it calls for the urgency itself', () => {
    const visit = { diagnosis: found('mel'), histology: null, pictures };
    expect(leadOver(visit, 'watch', 'clinician')).toMatchObject({ urgency: 'soon', decides: true });
  });

  it('does not decide where the picture is more urgent than a benign clinical diagnosis', () => {
    const visit = { diagnosis: found('nv'), histology: null, pictures };
    expect(leadOver(visit, 'soon', 'clinician')).toMatchObject({ urgency: 'soon', decides: false });
  });
});

describe('asksForDoctor', () => {
  const visit = { top: 'nv', accepted: true, flagged: false, triage: 'watch', diagnosis: undefined } as const;

  it('follows the diagnosis', () => {
    expect(asksForDoctor({ ...visit, histology: undefined })).toBe(false);
    expect(asksForDoctor({ ...visit, diagnosis: 'mel', histology: undefined })).toBe(true);
    expect(asksForDoctor({ ...visit, triage: 'soon', histology: 'nv' })).toBe(false);
  });
});

describe('a visit whose questions are open', () => {
  const visit = {
    top: 'nv',
    probability: 0.9,
    accepted: true,
    flagged: false,
    waits: true,
    triage: 'watch',
    diagnosis: undefined,
    histology: undefined,
  } as const;

  it('is not named by what it looks like at home', () => {
    expect(leadName(visit, 'self')).toBe(m.visit_untold());
    expect(predictionWords(visit, 'self')).toBeUndefined();
    expect(leadFigure(visit, 'self')).toBeUndefined();
  });

  it('is named for clinicians, once the questions are answered, and where its advice is urgent', () => {
    for (const told of [leadName(visit, 'clinician'), leadName({ ...visit, waits: false }, 'self')]) {
      expect(told).toBe(m.class_nv_name());
    }
    expect(leadName({ ...visit, top: 'mel', triage: 'soon' }, 'self')).toBe(m.class_mel_name());
    expect(leadName({ ...visit, diagnosis: 'bcc', waits: true }, 'self')).toBe(m.class_bcc_name());
  });
});
