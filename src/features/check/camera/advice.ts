/** What the camera says while the person aims. */
import { m } from '../../../i18n/paraglide/messages.js';
import type { QualityIssue } from '../../../domain/prediction';
import type { Inspection } from '../../../worker/protocol';

const faults: Readonly<Record<QualityIssue, () => string>> = {
  // Frames of a camera come without a file.
  'perhaps-damaged': m.reading_quality_perhaps_damaged,
  'low-resolution': m.camera_fault_low_resolution,
  blurred: m.camera_fault_blurred,
  'too-dark': m.camera_fault_too_dark,
  'too-bright': m.camera_fault_too_bright,
  glare: m.camera_fault_glare,
  'spot-small': m.camera_fault_spot_small,
  'spot-cut': m.camera_fault_spot_cut,
};

/** One hint at a time, light and sharpness first. @param auto whether the camera releases by itself */
export function adviceOn(inspection: Inspection | undefined, auto: boolean): string {
  const [issue] = inspection?.issues ?? [];
  if (inspection?.spot && !issue) return auto ? m.camera_auto_hold() : m.camera_good();
  // Blur and size mean little as long as there is nothing to see.
  const telling = inspection?.issues.find((each) => each.startsWith('too-')) ?? (inspection?.spot && issue);
  return telling ? faults[telling]() : m.camera_aim();
}

/** Changes the hint only after the new one was due several times in a row, so that it can be read. */
export class CalmWords {
  readonly #times: number;
  #shown: string;
  #next = '';
  #count = 0;

  constructor(first: string, times = 3) {
    this.#shown = first;
    this.#times = times;
  }

  /** @returns what should be shown now */
  want(words: string): string {
    this.#count = words === this.#next ? this.#count + 1 : 1;
    this.#next = words;
    if (this.#count >= this.#times) this.#shown = words;
    return this.#shown;
  }
}
