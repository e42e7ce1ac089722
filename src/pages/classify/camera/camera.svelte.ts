/** The device's camera: a live preview, and single pictures at the best resolution it gives. */
import { cameraFailure, nextCamera, type CameraFailure } from './choice';
import { takePicture } from './take-picture';

export type CameraState =
  | { readonly kind: 'starting' | 'taking' | 'paused' }
  | { readonly kind: 'live'; readonly mirrored: boolean }
  | { readonly kind: 'failed'; readonly reason: CameraFailure };

/** Large enough for any phone; the browser gives what the camera can. */
const wanted: MediaTrackConstraints = { width: { ideal: 3840 }, height: { ideal: 2160 } };

export class Camera {
  #state = $state.raw<CameraState>({ kind: 'starting' });
  #stream = $state.raw<MediaStream>();
  #cameras = $state.raw<readonly MediaDeviceInfo[]>([]);
  /** Which start counts: one that was overtaken must give its stream back. */
  #attempt = 0;

  get state(): CameraState {
    return this.#state;
  }

  get stream(): MediaStream | undefined {
    return this.#stream;
  }

  get canSwitch(): boolean {
    return this.#cameras.length > 1;
  }

  /** Starts the rear camera, or the one that is named. */
  async start(deviceId?: string): Promise<void> {
    this.#halt();
    const attempt = ++this.#attempt;
    this.#state = { kind: 'starting' };
    try {
      const stream = await openCamera(deviceId);
      if (attempt !== this.#attempt) {
        stop(stream);
        return;
      }
      this.#stream = stream;
      const [track] = stream.getVideoTracks();
      track?.addEventListener('ended', () => {
        if (stream === this.#stream) this.#fail('busy');
      });
      this.#state = { kind: 'live', mirrored: track?.getSettings().facingMode === 'user' };
      // Only now: before permission the browser tells neither names nor ids.
      const devices = await navigator.mediaDevices.enumerateDevices();
      this.#cameras = devices.filter(({ kind }) => kind === 'videoinput');
    } catch (thrown) {
      if (attempt === this.#attempt) this.#fail(cameraFailure(thrown));
    }
  }

  async switch(): Promise<void> {
    const current = this.#stream?.getVideoTracks()[0]?.getSettings().deviceId;
    const ids = this.#cameras.map(({ deviceId }) => deviceId);
    await this.start(nextCamera(ids, current));
  }

  /** One picture; undefined when the camera failed meanwhile. */
  async take(video: HTMLVideoElement): Promise<Blob | undefined> {
    const stream = this.#stream;
    if (!stream || this.#state.kind !== 'live') return undefined;
    this.#state = { kind: 'taking' };
    try {
      return await takePicture(stream, video);
    } catch (thrown) {
      this.#fail(cameraFailure(thrown));
      return undefined;
    }
  }

  /** Lets go of the camera while nobody looks. */
  pause(): void {
    if (this.#state.kind === 'failed') return;
    this.stop();
    this.#state = { kind: 'paused' };
  }

  stop(): void {
    this.#attempt += 1;
    this.#halt();
  }

  #halt(): void {
    if (this.#stream) stop(this.#stream);
    this.#stream = undefined;
  }

  #fail(reason: CameraFailure): void {
    this.stop();
    this.#state = { kind: 'failed', reason };
  }
}

async function openCamera(deviceId: string | undefined): Promise<MediaStream> {
  // Absent on pages that are not served securely, whatever the types say.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (!devices) throw new DOMException('no mediaDevices', 'NotSupportedError');
  const which: MediaTrackConstraints = deviceId
    ? { deviceId: { exact: deviceId } }
    : { facingMode: { ideal: 'environment' } };
  return devices.getUserMedia({ video: { ...wanted, ...which }, audio: false });
}

function stop(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
