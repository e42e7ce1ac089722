import { isSaneStill } from './choice';

/** ImageCapture as far as it is used here; Chromium has it, Safari and Firefox do not. */
type StillCamera = new (track: MediaStreamTrack) => { takePhoto(): Promise<Blob> };

/** A still that takes longer than this has got stuck in a driver. */
const patience = 4000;
const jpegQuality = 0.95;

/** A still where the device gives a good one, else the frame that the video shows. */
export async function takePicture(stream: MediaStream, video: HTMLVideoElement): Promise<Blob> {
  const frame = await videoFrame(video);
  const still = await stillPicture(stream);
  if (!still) return frame;
  try {
    const bitmap = await createImageBitmap(still);
    const sane = isSaneStill(bitmap, { width: video.videoWidth, height: video.videoHeight });
    bitmap.close();
    return sane ? still : frame;
  } catch {
    return frame;
  }
}

async function stillPicture(stream: MediaStream): Promise<Blob | undefined> {
  const { ImageCapture } = window as { readonly ImageCapture?: StillCamera };
  const [track] = stream.getVideoTracks();
  if (!track || !ImageCapture) return undefined;
  try {
    const late = new Promise<undefined>((resolve) => setTimeout(resolve, patience, undefined));
    return await Promise.race([new ImageCapture(track).takePhoto(), late]);
  } catch {
    return undefined;
  }
}

async function videoFrame(video: HTMLVideoElement): Promise<Blob> {
  const canvas = document.createElement('canvas');
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext('2d')?.drawImage(video, 0, 0);
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => {
        if (blob) resolve(blob);
        else reject(new Error('the video frame could not be kept'));
      },
      'image/jpeg',
      jpegQuality,
    );
  });
}
