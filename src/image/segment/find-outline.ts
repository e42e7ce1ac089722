import { marked, type Mask } from '../../domain/outline/mask';
import type { Point } from '../../domain/point';
import type { OutlineMethod } from '../../domain/outline/outline';
import { networkSide } from '../resample/resample';
import { automaticMask } from './automatic';
import { colourMask, thresholdMask, type ColourChoice, type ThresholdChoice } from './threshold-colour';
import { cleaned } from './clean-up';
import { withoutHair } from './hair';
import { enlarged } from './scale';

/** The method that finds an outline. */
export type OutlineRequest =
  | { readonly method: 'automatic'; readonly tap?: Point | undefined }
  | ({ readonly method: 'threshold'; readonly tap?: Point | undefined } & ThresholdChoice)
  | ({ readonly method: 'colour' } & ColourChoice);

export interface FoundOutline {
  readonly method: OutlineMethod;
  readonly mask: Mask;
  /** The level that was used, for a threshold that was left open. */
  readonly level?: number;
}

/** @param rgb the frame as the network sees it: 224 x 224 x 3 bytes */
export function findOutline(rgb: Uint8Array, request: OutlineRequest): FoundOutline {
  const { method } = request;
  const bare = withoutHair(rgb, networkSide);
  switch (request.method) {
    case 'automatic':
      return { method, mask: automaticMask(bare, networkSide, request) };
    case 'threshold':
      return { method, ...thresholdMask(bare, networkSide, request, request.tap) };
    case 'colour':
      return { method, mask: colourMask(bare, networkSide, request) };
  }
}

/**
 * The outline that a network has learned.
 * @param logits of a square of any side up to 224, above 0 where the lesion is
 */
export function learnedOutline(logits: Float32Array, tap?: Point): Mask {
  const side = Math.sqrt(logits.length);
  if (!Number.isInteger(side) || side > networkSide) throw new RangeError(`${logits.length} logits`);
  const data = marked(enlarged(logits, side, networkSide), (logit) => logit > 0);
  return cleaned({ width: networkSide, height: networkSide, data }, { tap });
}
