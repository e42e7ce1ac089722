/** Which packs this version of the app can read. */
import { Failure } from '../../failure';
import { compareVersions, type Manifest } from '../../domain/pack/manifest';

interface App {
  readonly appVersion: string;
}

export function isOldEnough({ minimumAppVersion }: Manifest, { appVersion }: App): boolean {
  return compareVersions(appVersion, minimumAppVersion) >= 0;
}

/** @throws Failure `pack-too-new` */
export function requireOldEnough(manifest: Manifest, app: App): void {
  if (isOldEnough(manifest, app)) return;
  throw new Failure('pack-too-new', `needs Lentigo ${manifest.minimumAppVersion}, this is ${app.appVersion}`);
}
