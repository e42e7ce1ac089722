import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  aPatient,
  aVisit,
  findings,
  lesionFields,
  measures,
  newVisits,
  outlines,
  patientFields,
} from '../../test/visits';
import { checklists } from '../../test/warning-signs';
import type { Advice } from '../../domain/advice';
import type { IsoDay } from '../../domain/calendar/calendar';
import { confidences, impressionViews } from '../../domain/impression';
import { pictureKinds, proposedKind } from '../../domain/picture-kind';
import {
  decodeBlob,
  decodeVisit,
  decodeLesion,
  decodePatient,
  decodePicture,
  encodeBlob,
  encodeVisit,
  encodeLesion,
  encodePatient,
  encodePicture,
  FormatBroken,
  newContent,
  summarise,
} from './codec';

const day = '2025-07-14' as IsoDay;
const bytesOf = async (blob: Blob) => new Uint8Array(await blob.arrayBuffer());
const pictures = fc
  .record({
    visit: newVisits,
    outline: outlines,
    measured: measures,
    kind: fc.constantFrom(...pictureKinds),
    capturedOn: fc.constantFrom('2024-02-29' as IsoDay, '2026-12-31' as IsoDay),
  })
  .map(({ visit: { source, reading, size, frame }, outline, measured, kind, capturedOn }) => ({
    source,
    kind,
    capturedOn,
    reading,
    size,
    frame,
    outline,
    measures: measured,
  }));
const [aPicture] = fc.sample(pictures, { seed: 7, numRuns: 1 }) as [
  typeof pictures extends fc.Arbitrary<infer P> ? P : never,
];
const impressions = fc.option(
  fc.record({
    view: fc.constantFrom(...impressionViews),
    code: fc.option(fc.string()),
    confidence: fc.constantFrom(...confidences, null),
    writtenAt: fc.nat({ max: 8.64e15 }),
    afterResult: fc.boolean(),
  }),
);
const triage: Advice = { step: 'weeks', reasons: ['signs'], signs: ['changing'] };
const times = fc.nat({ max: 8.64e15 });

/** A row with this header and nothing behind it. */
function headed(header: object): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(JSON.stringify(header));
  const bytes = new Uint8Array(4 + text.length);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, 4);
  return bytes;
}

describe('codec', () => {
  it('gives back every patient and every lesion as it was', () =>
    fc.assert(
      fc.property(patientFields, lesionFields, times, (patient, lesion, updatedAt) => {
        expect(decodePatient(encodePatient({ ...patient, updatedAt }))).toEqual({ ...patient, updatedAt });
        // JSON has no negative zero; no place depends on its sign.
        const place = lesion.place && { ...lesion.place, x: lesion.place.x + 0, y: lesion.place.y + 0 };
        expect(decodeLesion(encodeLesion({ ...lesion, updatedAt }))).toEqual({ ...lesion, place, updatedAt });
      }),
    ));

  it('gives back every picture as it was', () =>
    fc.assert(
      fc.property(pictures, (picture) => {
        const logits = picture.reading.logits.map((logit) => (logit === 0 ? 0 : logit));
        expect(decodePicture(encodePicture(picture), day)).toEqual({
          ...picture,
          reading: { ...picture.reading, logits },
        });
      }),
    ));

  it('gives back every visit as it was, whatever is written to it', () =>
    fc.assert(
      fc.property(
        newVisits,
        // Any text, lone surrogates included.
        fc.array(fc.nat({ max: 0xffff })).map((units) => String.fromCharCode(...units)),
        checklists,
        findings,
        findings,
        impressions,
        (visit, note, checklist, diagnosis, histology, impression) => {
          const content = newContent('one', 5, {
            ...visit,
            note,
            checklist,
            triage,
            diagnosis,
            histology,
            impression,
          });
          const read = decodeVisit(encodeVisit({ ...content, pictures: ['one', 'two'] }));
          expect(read).toEqual({
            updatedAt: 5,
            note,
            diagnosis,
            histology,
            checklist,
            triage,
            impression,
            opinions: [],
            arrival: null,
            summary: summarise(visit),
            pictures: ['one', 'two'],
          });
        },
      ),
    ));

  it('refuses an outline whose runs do not fill its grid', () => {
    const mask = { width: 2, height: 2, runs: [4] };
    const outline = { method: 'brush' as const, mask, sidePixels: 2 };
    const bytes = encodePicture({ ...aPicture, outline });
    expect(decodePicture(bytes, day).outline).toEqual(outline);
    for (const [width, runs] of [
      [2, '[9]'],
      [2, '[3]'],
      [9, '[4]'],
    ] as const) {
      const text = `"mask":{"width":${width},"height":2,"runs":${runs}}`;
      expect(() => decodePicture(replaced(bytes, `"mask":${JSON.stringify(mask)}`, text), day)).toThrow(
        FormatBroken,
      );
    }
  });

  it('reads a visit from before there were opinions and impressions', () => {
    const content = newContent('one', 5, aVisit);
    const { opinions, impression, ...older } = content;
    expect([opinions, impression]).toEqual([[], null]);
    expect(decodeVisit(headed(older))).toEqual(content);
  });

  it('reads a picture from before it had a kind and a day: the proposed kind, and the day of its visit', () =>
    fc.assert(
      fc.property(pictures, (picture) => {
        const { kind, capturedOn, ...older } = decodePicture(encodePicture(picture), day);
        const { embedding, ...reading } = older.reading;
        const read = decodePicture(headed({ ...older, reading }), day);
        const { gate, accepted } = reading;
        expect([kind, capturedOn]).toEqual([picture.kind, picture.capturedOn]);
        expect([read.kind, read.capturedOn]).toEqual([proposedKind(gate, accepted), day]);
        expect(embedding.length).toBe(picture.reading.embedding.length);
      }),
    ));

  it('reads a patient from before there was a skin type', () => {
    const { skinType, ...older } = { ...aPatient, updatedAt: 5 };
    expect(skinType).toBe(2);
    expect(decodePatient(headed(older))).toEqual({ ...older, skinType: null });
  });

  it('gives back every file as it was', () =>
    fc.assert(
      fc.asyncProperty(newVisits, async ({ picture }) => {
        const read = decodeBlob(await encodeBlob(picture));
        expect(await bytesOf(read)).toEqual(await bytesOf(picture));
        expect(read.type).toBe('image/jpeg');
      }),
    ));

  it('takes the embedding out of a larger buffer', () => {
    const buffer = new Float32Array([1, 2, 3, 4]);
    const reading = { ...aPicture.reading, embedding: buffer.subarray(1, 3) };
    expect([...decodePicture(encodePicture({ ...aPicture, reading }), day).reading.embedding]).toEqual([
      2, 3,
    ]);
  });

  it('flags by the screening point alone', () => {
    const point = { probability: 0.5, threshold: 0.2 };
    const flaggedBy = (...operatingPoints: { id: string; flagged: boolean }[]) =>
      summarise({
        ...aVisit,
        reading: {
          ...aVisit.reading,
          operatingPoints: operatingPoints.map((named) => ({ ...point, ...named })),
        },
      }).flagged;
    expect(flaggedBy({ id: 'balanced', flagged: true }, { id: 'screening', flagged: false })).toBe(false);
    expect(flaggedBy({ id: 'balanced', flagged: false }, { id: 'screening', flagged: true })).toBe(true);
  });

  it('refuses what would not be understood later', () => {
    const reading = { ...aPicture.reading, logits: [Number.NaN] };
    expect(() => encodePicture({ ...aPicture, reading })).toThrow();
    const content = newContent('one', 5, aVisit);
    expect(() => encodeVisit({ ...content, pictures: [] })).toThrow();
    const finding = { code: 'nv', text: '', date: 'yesterday' };
    expect(() => encodeVisit({ ...content, histology: finding })).toThrow();
  });

  it('never takes other bytes for a row', () =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        for (const decode of [decodePicture, decodeVisit, decodePatient, decodeLesion]) {
          expect(() => decode(Uint8Array.from(bytes), day)).toThrow(FormatBroken);
        }
      }),
    ));

  it('never takes a cut picture for a whole one with another reading', () =>
    fc.assert(
      fc.property(pictures, fc.double({ min: 0, max: 0.999, noNaN: true }), (picture, share) => {
        const bytes = encodePicture(picture);
        const cut = bytes.slice(0, Math.floor(bytes.length * share));
        try {
          const { embedding, ...reading } = decodePicture(cut, day).reading;
          const { embedding: whole, ...expected } = decodePicture(bytes, day).reading;
          expect(reading).toEqual(expected);
          expect(embedding.length).toBeLessThan(whole.length);
        } catch (error) {
          expect(error).toBeInstanceOf(FormatBroken);
        }
      }),
    ));
});

/** The bytes with `text` in the place of another that is as long. */
function replaced(bytes: Uint8Array<ArrayBuffer>, present: string, text: string): Uint8Array<ArrayBuffer> {
  const at = new TextDecoder('latin1').decode(bytes).indexOf(present);
  expect([at > 0, text.length]).toEqual([true, present.length]);
  const next = bytes.slice();
  next.set(new TextEncoder().encode(text), at);
  return next;
}
