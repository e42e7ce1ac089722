import { describe, expect, it } from 'vitest';
import { m } from '../../../i18n/paraglide/messages.js';
import type { QualityIssue } from '../../../domain/prediction';
import { adviceOn, CalmWords } from './advice';

const spot = { x: 0.2, y: 0.2, width: 0.5, height: 0.5 };
const seen = (issues: QualityIssue[], withSpot = true) => ({
  issues,
  spot: withSpot ? spot : undefined,
  glimpse: new Uint8Array(0),
});

describe('the advice', () => {
  it('asks for a spot until there is one', () => {
    expect(adviceOn(undefined, true)).toBe(m.camera_aim());
    expect(adviceOn(seen([], false), true)).toBe(m.camera_aim());
    expect(adviceOn(seen(['blurred'], false), true)).toBe(m.camera_aim());
  });

  it('asks for light with or without a spot, and before all else', () => {
    expect(adviceOn(seen(['blurred', 'too-dark'], false), true)).toBe(m.camera_fault_too_dark());
    expect(adviceOn(seen(['blurred', 'too-dark']), true)).toBe(m.camera_fault_too_dark());
  });

  it('names one fault', () => {
    expect(adviceOn(seen(['blurred', 'spot-small']), true)).toBe(m.camera_fault_blurred());
    expect(adviceOn(seen(['spot-cut']), false)).toBe(m.camera_fault_spot_cut());
  });

  it('says when all is well', () => {
    expect(adviceOn(seen([]), true)).toBe(m.camera_auto_hold());
    expect(adviceOn(seen([]), false)).toBe(m.camera_good());
  });

  it('does not flicker', () => {
    const words = new CalmWords('aim');
    expect(['a', 'b', 'a', 'a', 'a', 'b'].map((each) => words.want(each))).toEqual([
      'aim',
      'aim',
      'aim',
      'aim',
      'a',
      'a',
    ]);
  });
});
