/** A pack with a head that was learnt: what the network says is put through that head, and read by its numbers. */
import type { HeadWeights } from '../../domain/learning/head';
import type { Manifest } from '../../domain/pack/manifest';
import type { PictureDomain, ViewMode } from '../../domain/prediction';
import type { NetworkOutputs } from '../runtime/classifier';
import { logitsOf } from './layer';

type Thresholds = Pick<Manifest['calibration'], 'predictionSet' | 'operatingPoints'>;
type Mode = NonNullable<Manifest['domainCalibration']>[string]['plain'];

/** Whether a head was learnt for this pack; another version has another network. */
export function fits(head: HeadWeights, { id, version, classes }: Manifest): boolean {
  return head.pack.id === id && head.pack.version === version && head.bias.length === classes.length;
}

/** The same outputs with the head's logits. */
export function throughHead(outputs: NetworkOutputs, head: HeadWeights): NetworkOutputs {
  return { ...outputs, logits: Float32Array.from(logitsOf(head, outputs.embedding)) };
}

/** The manifest with the head's calibration. */
export function withHead(manifest: Manifest, { calibration: factors }: HeadWeights): Manifest {
  const { calibration, domainCalibration } = manifest;
  const thresholds = ({ predictionSet, operatingPoints }: Thresholds): Thresholds => ({
    predictionSet: { ...predictionSet, threshold: predictionSet.threshold * factors.predictionSet },
    operatingPoints: operatingPoints.map((point) => ({
      ...point,
      threshold: point.threshold * (factors.alertLevels[point.id] ?? 1),
    })),
  });
  const mode = (own: Mode, domain: PictureDomain): Mode => ({
    ...own,
    ...thresholds(own),
    temperature: own.temperature * (factors.temperature[domain] ?? 1),
  });
  const modes = (
    { plain, eightViews }: Record<ViewMode, Mode>,
    domain: PictureDomain,
  ): Record<ViewMode, Mode> => ({
    plain: mode(plain, domain),
    eightViews: mode(eightViews, domain),
  });
  return {
    ...manifest,
    ...(domainCalibration && {
      domainCalibration: Object.fromEntries(
        Object.entries(domainCalibration).map(([domain, own]) => [domain, modes(own, domain)]),
      ),
    }),
    calibration: {
      ...calibration,
      temperature: Object.fromEntries(
        Object.entries(calibration.temperature).map(([domain, own]) => [
          domain,
          own * (factors.temperature[domain] ?? 1),
        ]),
      ),
      ...thresholds(calibration),
    },
  };
}
