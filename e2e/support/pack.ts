/** The app's own pack with other files in it. */
import { createHash } from 'node:crypto';
import { readBuilt } from './host.ts';

interface ManifestFile {
  path: string;
  bytes: number;
  sha256: string;
}

/** The app's own manifest, where wanted with another version and with other files. */
export async function manifestOf(
  version?: string,
  files: Readonly<Record<string, Buffer>> = {},
): Promise<string> {
  const manifest = JSON.parse(String(await readBuilt('model/manifest.json'))) as {
    version: string;
    files: ManifestFile[];
  };
  manifest.version = version ?? manifest.version;
  for (const file of manifest.files) {
    const changed = files[file.path];
    if (!changed) continue;
    file.bytes = changed.byteLength;
    file.sha256 = createHash('sha256').update(changed).digest('hex');
  }
  return JSON.stringify(manifest);
}

/** The text of a manifest whose model raises no alarm about any picture: no alert level is ever reached. */
export async function calmManifest(version: string): Promise<string> {
  interface Calibration {
    operatingPoints: { threshold: number }[];
    predictionSet: { threshold: number };
  }
  const manifest = JSON.parse(await manifestOf(version)) as {
    calibration: Calibration;
    domainCalibration?: Record<string, { plain: Calibration; eightViews?: Calibration }>;
  };
  const ofDomains = Object.values(manifest.domainCalibration ?? {}).flatMap(({ plain, eightViews }) => [
    plain,
    ...(eightViews ? [eightViews] : []),
  ]);
  for (const { operatingPoints, predictionSet } of [manifest.calibration, ...ofDomains]) {
    for (const point of operatingPoints) point.threshold = 1;
    predictionSet.threshold = 1;
  }
  return JSON.stringify(manifest);
}
