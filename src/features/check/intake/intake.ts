/** Gets pictures from drops, pastes, the clipboard and the sample. */

/** An encrypted file that was copied as text; any other text is for the fields of the page. */
export function encryptedText(text: string): File | undefined {
  return text.includes('BEGIN AGE ENCRYPTED FILE') ? new File([text], '', { type: 'text/plain' }) : undefined;
}

/** Whether a drag carries files at all. */
export function carriesFiles(transfer: DataTransfer | null): boolean {
  return transfer?.types.includes('Files') ?? false;
}

/** Whether the clipboard can be read on a button press in this browser. */
export function clipboardReadable(): boolean {
  // Absent where the page is not served securely, whatever the types say.
  const clipboard = navigator.clipboard as Partial<Clipboard> | undefined;
  return clipboard?.read !== undefined;
}

/**
 * Pictures on the clipboard, one for each entry that has one.
 * @throws DOMException when the browser or the person forbids it
 */
export async function clipboardPictures(): Promise<Blob[]> {
  const entries = await navigator.clipboard.read();
  const pictures = entries.map((entry) => {
    const type = entry.types.find((name) => name.startsWith('image/'));
    return type === undefined ? undefined : entry.getType(type);
  });
  return Promise.all(pictures.filter((picture) => picture !== undefined));
}

/** The synthetic picture that comes with the app. */
export async function samplePicture(): Promise<Blob> {
  const response = await fetch(`${import.meta.env.BASE_URL}sample/synthetic-lesion.jpg`);
  if (!response.ok) throw new Error(`sample: ${response.status}`);
  return response.blob();
}
