/** The device's camera: a live preview, and single pictures at the best resolution it gives. */
import { abilitiesOf, zoomRange, type Abilities } from './abilities';
import { cameraFailure, nextCamera, type CameraFailure } from './choice';
import { watchFrames } from './frames';
import { offeredLenses, rankedLenses, type Lens } from './lens';
import { takePicture } from './take-picture';

export type CameraState =
  | { readonly kind: 'starting' | 'taking' | 'paused' }
  | { readonly kind: 'live'; readonly mirrored: boolean }
  | { readonly kind: 'failed'; readonly reason: CameraFailure };

/** Large enough for any phone; the browser gives what the camera can. */
/** A camera that another app used for a moment may return by itself. */
const mutePatience = 2000;

/** A camera that stops again and again is not started for ever. */
const mostRevivals = 2;

const wanted: MediaTrackConstraints = { width: { ideal: 3840 }, height: { ideal: 2160 } };

export class Camera {
  #state = $state.raw<CameraState>({ kind: 'starting' });
  #stream = $state.raw<MediaStream>();
  #abilities = $state.raw<Abilities>(abilitiesOf(undefined));
  #torch = $state(false);
  #zoom = $state(1);
  /** Those to choose from. */
  #lenses = $state.raw<readonly Lens[]>([]);
  /** How often it was restarted since its last picture. */
  #revivals = 0;
  /** Which start counts: one that was overtaken must give its stream back. */
  #attempt = 0;
  /** Whether the person has closed the camera. */
  #closed = false;

  get state(): CameraState {
    return this.#state;
  }

  get stream(): MediaStream | undefined {
    return this.#stream;
  }

  get canSwitch(): boolean {
    return this.#lenses.length > 1;
  }

  get hasTorch(): boolean {
    return this.#abilities.torch;
  }

  get torch(): boolean {
    return this.#torch;
  }

  /** How much closer than at the start, from 1 to `mostZoom`. */
  get zoom(): number {
    return this.#zoom;
  }

  get mostZoom(): number {
    return zoomRange(this.#abilities);
  }

  /** The part of the zoom, from 1, that the camera leaves to be cropped. */
  get crop(): number {
    return this.#abilities.zoom ? 1 : this.#zoom;
  }

  zoomTo(zoom: number): void {
    this.#zoom = Math.min(Math.max(zoom, 1), this.mostZoom);
    const own = this.#abilities.zoom;
    if (own) void this.#ask({ zoom: this.#zoom * own.min });
  }

  async toggleTorch(): Promise<void> {
    const wanted = !this.#torch;
    if (await this.#ask({ torch: wanted })) this.#torch = wanted;
  }

  /** Of the camera that is open. */
  get #deviceId(): string | undefined {
    return this.#stream?.getVideoTracks()[0]?.getSettings().deviceId;
  }

  /** Starts the main camera at the back, or the one that is named if it is there. */
  async start(deviceId?: string): Promise<void> {
    this.#revivals = 0;
    await this.#start(deviceId);
  }

  async #start(deviceId?: string): Promise<void> {
    this.#halt();
    this.#closed = false;
    const attempt = ++this.#attempt;
    this.#state = { kind: 'starting' };
    try {
      let stream = await openCamera(deviceId);
      // Only now: before permission the browser tells neither names nor ids.
      const lenses = await lensesOf(stream);
      const best = rankedLenses(lenses)[0]?.deviceId;
      if (attempt === this.#attempt && deviceId === undefined && best && best !== idOf(stream)) {
        stop(stream);
        stream = await openCamera(best);
      }
      if (attempt !== this.#attempt) {
        stop(stream);
        return;
      }
      this.#lenses = offeredLenses(lenses);
      this.#stream = stream;
      const [track] = stream.getVideoTracks();
      this.#guard(stream, track);
      this.#meet(track);
      this.#state = { kind: 'live', mirrored: track?.getSettings().facingMode === 'user' };
    } catch (thrown) {
      if (attempt === this.#attempt) this.#fail(cameraFailure(thrown));
    }
  }

  /** Goes on to the next camera. @returns its id, to be remembered */
  async switch(): Promise<string | undefined> {
    const next = nextCamera(
      this.#lenses.map(({ deviceId }) => deviceId),
      this.#deviceId,
    );
    await this.start(next);
    return next;
  }

  /** Restarts the camera when its `video` freezes. Returns a function that stops watching. */
  attend(video: HTMLVideoElement): () => void {
    return watchFrames(
      video,
      () => (this.#revivals = 0),
      () => void this.#revive(),
    );
  }

  /** Restarts the same camera; gives up if that does not help. */
  async #revive(): Promise<void> {
    if (this.#state.kind !== 'live' && this.#state.kind !== 'starting') return;
    if (this.#revivals >= mostRevivals) {
      this.#fail('busy');
      return;
    }
    this.#revivals += 1;
    await this.#start(this.#deviceId);
  }

  /** A track ends or falls silent when another app takes the camera, or the device sleeps. */
  #guard(stream: MediaStream, track: MediaStreamTrack | undefined): void {
    const lost = (): void => {
      if (stream === this.#stream) void this.#revive();
    };
    track?.addEventListener('ended', lost);
    track?.addEventListener('mute', () =>
      setTimeout(() => {
        if (track.muted) lost();
      }, mutePatience),
    );
  }

  /** One picture; undefined if the camera failed or was closed meanwhile. */
  async take(video: HTMLVideoElement): Promise<Blob | undefined> {
    const stream = this.#stream;
    if (!stream || this.#state.kind !== 'live') return undefined;
    this.#state = { kind: 'taking' };
    try {
      const picture = await takePicture(stream, video, this.crop);
      return this.#closed ? undefined : picture;
    } catch (thrown) {
      if (!this.#closed) this.#fail(cameraFailure(thrown));
      return undefined;
    }
  }

  /** Releases the camera while the page is hidden. */
  pause(): void {
    if (this.#state.kind === 'failed') return;
    this.#release();
    this.#state = { kind: 'paused' };
  }

  /** Releases the camera for good; a picture that is being taken is dropped. */
  stop(): void {
    this.#closed = true;
    this.#release();
  }

  #release(): void {
    this.#attempt += 1;
    this.#halt();
  }

  /** Learns what a fresh camera can do. */
  #meet(track: MediaStreamTrack | undefined): void {
    // Firefox has no getCapabilities, whatever the types say.
    const ask = (track as Partial<MediaStreamTrack> | undefined)?.getCapabilities;
    this.#abilities = abilitiesOf(track && ask?.call(track));
    this.#torch = false;
    this.#zoom = 1;
    if (this.#abilities.refocus) void this.#ask({ focusMode: 'continuous' });
  }

  /** Asks the camera for something; false when it does not do it after all. */
  async #ask(wish: Readonly<Record<string, unknown>>): Promise<boolean> {
    try {
      await this.#stream?.getVideoTracks()[0]?.applyConstraints({ advanced: [wish] });
      return true;
    } catch {
      return false;
    }
  }

  #halt(): void {
    if (this.#stream) stop(this.#stream);
    this.#stream = undefined;
  }

  #fail(reason: CameraFailure): void {
    this.#release();
    this.#state = { kind: 'failed', reason };
  }
}

async function openCamera(deviceId: string | undefined): Promise<MediaStream> {
  // Absent on pages that are not served securely, whatever the types say.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (!devices) throw new DOMException('no mediaDevices', 'NotSupportedError');
  // A camera that was remembered may not be there any more.
  const which: MediaTrackConstraints = deviceId
    ? { deviceId: { ideal: deviceId } }
    : { facingMode: { ideal: 'environment' } };
  return devices.getUserMedia({ video: { ...wanted, ...which }, audio: false });
}

function idOf(stream: MediaStream): string | undefined {
  return stream.getVideoTracks()[0]?.getSettings().deviceId;
}

/** All cameras with their known abilities; the track of the open one adds more. */
async function lensesOf(stream: MediaStream): Promise<Lens[]> {
  const devices = await navigator.mediaDevices.enumerateDevices();
  const open = idOf(stream);
  return devices
    .filter(({ kind }) => kind === 'videoinput')
    .map((device) => {
      const { deviceId, label } = device;
      const source = (deviceId === open ? stream.getVideoTracks()[0] : device) as Partial<InputDeviceInfo>;
      return { deviceId, label, capabilities: source.getCapabilities?.() };
    });
}

function stop(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
