/** Which of a device's cameras suits a picture of skin from a hand's width away: the main one at the back. */

/** What is known of a camera: `enumerateDevices` gives the label, some browsers also what it can do. */
export interface Lens {
  readonly deviceId: string;
  /** Empty before permission. */
  readonly label: string;
  /** What `getCapabilities` says, of the device or of its track. */
  readonly capabilities?: unknown;
}

interface Capabilities {
  readonly facingMode?: readonly string[];
  readonly focusMode?: readonly string[];
  /** Metres. */
  readonly focusDistance?: { readonly min?: number; readonly max?: number };
}

// Labels are in the device's language: iOS says "Rückkamera" or "Caméra arrière".
const back = /back|rear|environment|rück|hinter|arrière|traser|posterior|traseira|背面|后置|後置|후면/i;
const front = /front|user|face ?time|selfie|avant|frontal|anteriore|前面|前置|전면/i;
/** Too wide, too far, or no lens for pictures. */
const special = /ultra|0[.,]5|tele|macro|depth|infrared|\bIR\b|mono/i;
/** Several lenses as one camera, which begins with the widest. */
const joined = /dual|triple|\bwide\b|weitwinkel|grand.angle|gran angular/i;

function capabilitiesOf({ capabilities }: Lens): Capabilities {
  return capabilities ?? {};
}

/** @returns undefined where neither the camera nor its name says */
export function facingOf(lens: Lens): 'back' | 'front' | undefined {
  const { facingMode } = capabilitiesOf(lens);
  if (facingMode?.includes('environment')) return 'back';
  if (facingMode?.includes('user')) return 'front';
  if (back.test(lens.label)) return 'back';
  return front.test(lens.label) ? 'front' : undefined;
}

/** The cameras to choose from: those at the back, or all where none is. */
export function offeredLenses<L extends Lens>(lenses: readonly L[]): L[] {
  const behind = lenses.filter((lens) => facingOf(lens) === 'back');
  return behind.length > 0 ? behind : [...lenses];
}

/** Those of `offeredLenses`, the most suitable first; of equal ones in the order of the device. */
export function rankedLenses<L extends Lens>(lenses: readonly L[]): L[] {
  return offeredLenses(lenses).sort(
    (a, b) => kindRank(a) - kindRank(b) || focusRank(a) - focusRank(b) || numberOf(a) - numberOf(b),
  );
}

function kindRank({ label }: Lens): number {
  if (special.test(label)) return 2;
  return joined.test(label) ? 1 : 0;
}

/** A lens that cannot focus is useless this near; one that does not say may be able to. */
function focusRank(lens: Lens): number {
  const { focusMode, focusDistance } = capabilitiesOf(lens);
  const { min, max } = focusDistance ?? {};
  if (min !== undefined && max !== undefined && min < max) return 0;
  const fixed = focusMode && !focusMode.some((mode) => mode === 'continuous' || mode === 'single-shot');
  return fixed ? 2 : 1;
}

/** Android numbers its cameras ("camera2 0, facing back"), the main one first. */
function numberOf({ label }: Lens): number {
  return Number(/\bcamera2? (\d+)/i.exec(label)?.[1] ?? 0);
}
