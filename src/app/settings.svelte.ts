import type { BackendPreference } from '../domain/prediction';
import {
  disclaimerVersion,
  parseSettings,
  type Mode,
  type OperatingPointId,
  type SettingName,
  type SettingsData,
  type Theme,
} from './settings';

const storageKey = 'lentigo-settings';

/** What the person chose, kept in this browser. Works without storage too, until the page closes. */
class Settings {
  #data = $state.raw<SettingsData>(load());

  constructor() {
    // Another tab changed something.
    addEventListener('storage', ({ key }) => {
      if (key === storageKey || key === null) this.#data = load();
    });
  }

  get theme(): Theme {
    return this.#data.theme;
  }

  set theme(theme: Theme) {
    this.#change({ theme });
  }

  get backend(): BackendPreference {
    return this.#data.backend;
  }

  set backend(backend: BackendPreference) {
    this.#change({ backend });
  }

  get autoCapture(): boolean {
    return this.#data.autoCapture;
  }

  set autoCapture(autoCapture: boolean) {
    this.#change({ autoCapture });
  }

  get camera(): string {
    return this.#data.camera;
  }

  set camera(camera: string) {
    this.#change({ camera });
  }

  get timer(): SettingsData['timer'] {
    return this.#data.timer;
  }

  set timer(timer: SettingsData['timer']) {
    this.#change({ timer });
  }

  /** Texts for people at home until the person says that they are a clinician. */
  get mode(): Mode {
    return this.#data.mode ?? 'self';
  }

  set mode(mode: Mode) {
    this.#change({ mode });
  }

  /** Whether the questions of the first start were answered. */
  get started(): boolean {
    return this.disclaimerAccepted && this.#data.mode !== null;
  }

  get lockAfterMinutes(): SettingsData['lockAfterMinutes'] {
    return this.#data.lockAfterMinutes;
  }

  set lockAfterMinutes(lockAfterMinutes: SettingsData['lockAfterMinutes']) {
    this.#change({ lockAfterMinutes });
  }

  get lockWhenHidden(): boolean {
    return this.#data.lockWhenHidden;
  }

  set lockWhenHidden(lockWhenHidden: boolean) {
    this.#change({ lockWhenHidden });
  }

  get doubleCheck(): boolean | null {
    return this.#data.doubleCheck;
  }

  set doubleCheck(doubleCheck: boolean | null) {
    this.#change({ doubleCheck });
  }

  /** By default, people at home are in setting home and clinicians in general practice. */
  get setting(): SettingName {
    return this.#data.setting ?? (this.mode === 'clinician' ? 'practice' : 'home');
  }

  set setting(setting: SettingName) {
    this.#change({ setting });
  }

  get priors(): SettingsData['priors'] {
    return this.#data.priors;
  }

  set priors(priors: SettingsData['priors']) {
    this.#change({ priors });
  }

  get impressionFirst(): boolean {
    return this.#data.impressionFirst;
  }

  set impressionFirst(impressionFirst: boolean) {
    this.#change({ impressionFirst });
  }

  get notifyDue(): boolean {
    return this.#data.notifyDue;
  }

  set notifyDue(notifyDue: boolean) {
    this.#change({ notifyDue });
  }

  get notifiedOn(): string {
    return this.#data.notifiedOn;
  }

  set notifiedOn(notifiedOn: string) {
    this.#change({ notifiedOn });
  }

  /** Milliseconds of the epoch; 0 for never. */
  get modelLookedAt(): number {
    return this.#data.modelLookedAt;
  }

  set modelLookedAt(modelLookedAt: number) {
    this.#change({ modelLookedAt });
  }

  get operatingPoint(): OperatingPointId {
    return this.#data.operatingPoint;
  }

  set operatingPoint(operatingPoint: OperatingPointId) {
    this.#change({ operatingPoint });
  }

  /** Share of spots that need treatment where the person is, 0.001 to 0.5. */
  get prevalence(): number {
    return this.#data.prevalence;
  }

  set prevalence(prevalence: number) {
    this.#change({ prevalence });
  }

  get disclaimerAccepted(): boolean {
    return this.#data.acceptedDisclaimer >= disclaimerVersion;
  }

  acceptDisclaimer(): void {
    this.#change({ acceptedDisclaimer: disclaimerVersion });
  }

  /** Forgets everything, the acceptance of the disclaimer included. */
  reset(): void {
    this.#data = parseSettings(null);
    try {
      localStorage.removeItem(storageKey);
    } catch {
      // No storage: nothing to forget.
    }
  }

  #change(part: Partial<SettingsData>): void {
    this.#data = { ...this.#data, ...part };
    try {
      localStorage.setItem(storageKey, JSON.stringify(this.#data));
    } catch {
      // Full or forbidden: the choice holds until the page is closed.
    }
  }
}

function load(): SettingsData {
  try {
    return parseSettings(localStorage.getItem(storageKey));
  } catch {
    return parseSettings(null);
  }
}

export const settings = new Settings();
