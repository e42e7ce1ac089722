/** A pack with a head that was learnt: what the network says is put through that head, and read by its numbers. */
import type { HeadWeights } from '../../domain/learning/head';
import type { Manifest } from '../../domain/pack/manifest';
import type { PictureDomain } from '../../domain/prediction';
import type { NetworkOutputs } from '../runtime/classifier';
import { logitsOf } from './layer';

type Levels = Pick<Manifest['calibration'], 'predictionSet' | 'operatingPoints'>;
type Modes = NonNullable<Manifest['domainCalibration']>[PictureDomain];
type Mode = Modes['plain'];

/** Whether a head was learnt for this pack; another version has another network. */
export function fits(head: HeadWeights, { id, version, classes }: Manifest): boolean {
  return head.pack.id === id && head.pack.version === version && head.bias.length === classes.length;
}

/** The same outputs with the head's logits. */
export function throughHead(outputs: NetworkOutputs, head: HeadWeights): NetworkOutputs {
  return { ...outputs, logits: Float32Array.from(logitsOf(head, outputs.embedding)) };
}

/** The manifest with the head's calibration: its factors on every level that the pack has. */
export function withHead(manifest: Manifest, { calibration: factors }: HeadWeights): Manifest {
  const { calibration, domainCalibration } = manifest;
  const levels = <T extends Levels>({ predictionSet, operatingPoints }: T): Levels => ({
    predictionSet: { ...predictionSet, threshold: predictionSet.threshold * factors.predictionSet },
    operatingPoints: operatingPoints.map((point) => ({
      ...point,
      threshold: point.threshold * (factors.alertLevels[point.id] ?? 1),
    })),
  });
  const mode = (domain: PictureDomain, each: Mode): Mode => ({
    ...each,
    ...levels(each),
    temperature: each.temperature * factors.temperature[domain],
  });
  const modes = (domain: PictureDomain, each: Modes): Modes => ({
    plain: mode(domain, each.plain),
    eightViews: mode(domain, each.eightViews),
  });
  return {
    ...manifest,
    calibration: {
      ...calibration,
      ...levels(calibration),
      temperature: {
        dermatoscope: calibration.temperature.dermatoscope * factors.temperature.dermatoscope,
        phone: calibration.temperature.phone * factors.temperature.phone,
      },
    },
    ...(domainCalibration && {
      domainCalibration: {
        dermatoscope: modes('dermatoscope', domainCalibration.dermatoscope),
        phone: modes('phone', domainCalibration.phone),
      },
    }),
  };
}
