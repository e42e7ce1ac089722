import { isSaneStill } from './choice';

/** ImageCapture as far as it is used here; Chromium has it, Safari and Firefox do not. */
type StillCamera = new (track: MediaStreamTrack) => { takePhoto(): Promise<Blob> };

/** A still that takes longer than this hangs in the driver. */
const patience = 4000;
const jpegQuality = 0.95;

/**
 * A still where the device gives a good one, else the frame that the video shows.
 * @param crop how much closer than the camera sees, from 1: only the middle is kept
 */
export async function takePicture(stream: MediaStream, video: HTMLVideoElement, crop: number): Promise<Blob> {
  const frame = await middleOf(video, { width: video.videoWidth, height: video.videoHeight }, crop);
  const still = await stillPicture(stream);
  if (!still) return frame;
  let bitmap: ImageBitmap | undefined;
  try {
    bitmap = await createImageBitmap(still);
    if (!isSaneStill(bitmap, { width: video.videoWidth, height: video.videoHeight })) return frame;
    return crop > 1 ? await middleOf(bitmap, bitmap, crop) : still;
  } catch {
    return frame;
  } finally {
    bitmap?.close();
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

/** The middle of a picture as JPEG: all of it at `crop` 1, half of each side at 2. */
async function middleOf(
  picture: CanvasImageSource,
  { width, height }: { readonly width: number; readonly height: number },
  crop: number,
): Promise<Blob> {
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(width / crop);
  canvas.height = Math.round(height / crop);
  const [left, top] = [(width - canvas.width) / 2, (height - canvas.height) / 2];
  canvas.getContext('2d')?.drawImage(picture, -left, -top);
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
