import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anExamination, newExaminations } from '../test/examinations';
import {
  decodeBody,
  decodeNote,
  decodePicture,
  decodeSummary,
  encodeBody,
  encodeNote,
  encodePicture,
  encodeSummary,
  FormatBroken,
  summarise,
} from './codec';

const bytesOf = async (blob: Blob) => new Uint8Array(await blob.arrayBuffer());

describe('codec', () => {
  it('gives back every body as it was', () =>
    fc.assert(
      fc.property(newExaminations, (examination) => {
        const { reading, size, frame } = decodeBody(encodeBody(examination));
        // JSON has no negative zero; nothing in a reading depends on its sign.
        const logits = examination.reading.logits.map((logit) => logit + 0);
        expect(reading).toEqual({
          ...examination.reading,
          logits: logits.map((logit) => (logit === 0 ? 0 : logit)),
        });
        expect({ size, frame }).toEqual({ size: examination.size, frame: examination.frame });
      }),
    ));

  it('gives back every summary, picture and thumbnail as it was', () =>
    fc.assert(
      fc.asyncProperty(newExaminations, async (examination) => {
        const { thumbnail, ...summary } = decodeSummary(await encodeSummary(summarise(examination)));
        const { thumbnail: before, ...expected } = summarise(examination);
        expect(summary).toEqual(expected);
        expect(await bytesOf(thumbnail)).toEqual(await bytesOf(before));
        expect(thumbnail.type).toBe('image/webp');
        const picture = decodePicture(await encodePicture(examination.picture));
        expect(await bytesOf(picture)).toEqual(await bytesOf(examination.picture));
        expect(picture.type).toBe('image/jpeg');
      }),
    ));

  it('gives back every note as it was', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (note) => {
        expect(decodeNote(encodeNote(note))).toBe(note);
      }),
    ));

  it('takes the embedding out of a larger buffer', () => {
    const buffer = new Float32Array([1, 2, 3, 4]);
    const reading = { ...anExamination.reading, embedding: buffer.subarray(1, 3) };
    expect([...decodeBody(encodeBody({ ...anExamination, reading })).reading.embedding]).toEqual([2, 3]);
  });

  it('flags by the screening point alone', () => {
    const point = { probability: 0.5, threshold: 0.2 };
    const flaggedBy = (...operatingPoints: { id: string; flagged: boolean }[]) =>
      summarise({
        ...anExamination,
        reading: {
          ...anExamination.reading,
          operatingPoints: operatingPoints.map((named) => ({ ...point, ...named })),
        },
      }).flagged;
    expect(flaggedBy({ id: 'balanced', flagged: true }, { id: 'screening', flagged: false })).toBe(false);
    expect(flaggedBy({ id: 'balanced', flagged: false }, { id: 'screening', flagged: true })).toBe(true);
  });

  it('refuses a reading with a number that is none', () => {
    const reading = { ...anExamination.reading, logits: [Number.NaN] };
    expect(() => encodeBody({ ...anExamination, reading })).toThrow();
  });

  it('never takes other bytes for a body', () =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(() => decodeBody(Uint8Array.from(bytes))).toThrow(FormatBroken);
      }),
    ));

  it('never takes a cut body for a whole one with another reading', () =>
    fc.assert(
      fc.property(newExaminations, fc.double({ min: 0, max: 0.999, noNaN: true }), (examination, share) => {
        const bytes = encodeBody(examination);
        const cut = bytes.slice(0, Math.floor(bytes.length * share));
        try {
          const { embedding, ...reading } = decodeBody(cut).reading;
          const { embedding: whole, ...expected } = decodeBody(bytes).reading;
          expect(reading).toEqual(expected);
          expect(embedding.length).toBeLessThan(whole.length);
        } catch (error) {
          expect(error).toBeInstanceOf(FormatBroken);
        }
      }),
    ));
});
