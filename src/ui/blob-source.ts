import type { Attachment } from 'svelte/attachments';

/** Shows a blob in an `<img>` for as long as both are there, and gives its address back afterwards. */
export function blobSource(blob: Blob): Attachment<HTMLImageElement> {
  return (image) => {
    const address = URL.createObjectURL(blob);
    image.src = address;
    return () => URL.revokeObjectURL(address);
  };
}
