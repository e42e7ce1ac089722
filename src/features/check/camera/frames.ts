/** Notices a camera that has stopped giving pictures, for which there is no event. */

/** A camera gives a picture at least every few tenths of a second, also in the dark. */
const patience = 4000;

type Watched = Pick<HTMLVideoElement, 'requestVideoFrameCallback' | 'cancelVideoFrameCallback'>;

/**
 * @param onframe told of every picture that is shown
 * @param onfrozen told once when there was none for long, though the page is in sight
 * @returns what ends the watch; it does nothing where the browser does not tell of pictures
 */
export function watchFrames(video: Watched, onframe: () => void, onfrozen: () => void): () => void {
  // Absent in Firefox before 132, whatever the types say.
  if (!(video as Partial<Watched>).requestVideoFrameCallback) return () => undefined;
  let handle = 0;
  let timer: ReturnType<typeof setTimeout>;
  const wait = (): void => {
    timer = setTimeout(() => {
      // A page in the background gets no pictures.
      if (document.hidden) wait();
      else onfrozen();
    }, patience);
  };
  const ask = (): void => {
    handle = video.requestVideoFrameCallback(() => {
      clearTimeout(timer);
      onframe();
      wait();
      ask();
    });
  };
  wait();
  ask();
  return () => {
    clearTimeout(timer);
    video.cancelVideoFrameCallback(handle);
  };
}
