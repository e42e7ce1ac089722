import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GatePrediction } from './prediction';
import { pictureKinds, proposedKind } from './picture-kind';

const gates: fc.Arbitrary<GatePrediction> = fc
  .tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([none, share]) => ({ none, phone: (1 - none) * share, dermatoscope: (1 - none) * (1 - share) }));

describe('the kind that is proposed for a picture', () => {
  it.each([
    [{ dermatoscope: 0.9, phone: 0.08, none: 0.02 }, true, 'dermatoscope'],
    [{ dermatoscope: 0.1, phone: 0.85, none: 0.05 }, true, 'close-up'],
    // Refused only from a high threshold on: what is likelier of the two decides below it.
    [{ dermatoscope: 0.1, phone: 0.3, none: 0.6 }, true, 'close-up'],
    [{ dermatoscope: 0.02, phone: 0.03, none: 0.95 }, false, 'overview'],
  ] as const)('%o, accepted %s: %s', (gate, accepted, kind) => {
    expect(proposedKind(gate, accepted)).toBe(kind);
  });

  it('is an overview exactly where no lesion was found, else the likelier domain', () => {
    fc.assert(
      fc.property(gates, fc.boolean(), (gate, accepted) => {
        const kind = proposedKind(gate, accepted);
        expect(pictureKinds).toContain(kind);
        expect(kind === 'overview').toBe(!accepted);
        const [phone = 0, scope = 0] = [gate['phone'], gate['dermatoscope']];
        if (accepted && phone !== scope) expect(kind === 'close-up').toBe(phone > scope);
      }),
    );
  });
});
