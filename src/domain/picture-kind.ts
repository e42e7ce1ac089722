/** What a picture shows of a lesion, and how it was taken. */
import { pictureDomain, type GatePrediction } from './prediction';

/** In the order in which they are shown: from far to near. */
export const pictureKinds = ['overview', 'close-up', 'dermatoscope'] as const;

/**
 * `overview`: the lesion with the part of the body around it, by which it is found again. `close-up`: the lesion itself,
 * by a phone or camera. `dermatoscope`: through a dermatoscope.
 */
export type PictureKind = (typeof pictureKinds)[number];

/**
 * The kind that is proposed for a picture, by what the network takes it for: the one that its domain is named by, else a
 * close-up where a lesion was found in it, as an overview where none was: the network is fitted to lesions that fill a good part
 * of the crop, and knows no overviews.
 * @param gate probabilities of the picture's domains, 0..1
 * @param accepted whether a lesion is taken to be shown
 */
export function proposedKind(gate: GatePrediction, accepted: boolean): PictureKind {
  if (!accepted) return 'overview';
  const domain = pictureDomain(gate);
  return pictureKinds.find((kind) => kind === domain) ?? 'close-up';
}
