/** On which day a picture was taken, as its file says it. */
import ImageHeader from 'exifreader/src/image-header.js';
import Tags from 'exifreader/src/tags.js';
import { asIsoDay, isoDay, type IsoDay } from '../../domain/calendar/calendar';

/** No digital camera wrote EXIF before; clocks that were never set say 1970 or 1980. */
const firstDay = '1990-01-01';

/** Not `DateTime`: that is when a file was changed last, which is today for one that was edited today. */
const dates = ['DateTimeOriginal', 'DateTimeDigitized'];
const read = [...dates, 'Exif IFD Pointer'];

/**
 * The day on which a JPEG, PNG, WebP, HEIC or AVIF was taken, by the camera's own clock, from its EXIF data. All else that
 * stands there (time, place, device) is left alone. Undefined where the file does not say it, or says what cannot be: no
 * day of the calendar, a day before 1990 or after `today`. Never throws, whatever the bytes.
 * @param bytes the file; of a JPEG its beginning is enough
 */
export function captureDay(bytes: Uint8Array, today: IsoDay = isoDay()): IsoDay | undefined {
  const tags = exifOf(bytes);
  for (const name of dates) {
    const day = dayIn(tags[name]?.value);
    if (day && day >= firstDay && day <= today) return day;
  }
  return undefined;
}

/** A JPEG has its EXIF data before the picture, in segments of at most 64 kB. */
const beginning = 1 << 18;

/**
 * As `captureDay`, of a file of which no more is read than that takes.
 * @param type MIME type by content
 */
export async function captureDayOf(file: Blob, type: string): Promise<IsoDay | undefined> {
  const part = type === 'image/jpeg' ? file.slice(0, beginning) : file;
  return captureDay(new Uint8Array(await part.arrayBuffer()));
}

function exifOf(bytes: Uint8Array): ReturnType<typeof Tags.read>['tags'] {
  try {
    const file = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const { tiffHeaderOffset, exifDataView = file } = ImageHeader.parseAppMarkers(file, false);
    if (tiffHeaderOffset === undefined) return {};
    return Tags.read(exifDataView, tiffHeaderOffset, false, false, onlyDates).tags;
  } catch {
    // No picture, or damaged metadata: either way no date.
    return {};
  }
}

const onlyDates = {
  shouldParseGroup: (group: string) => group === 'exif',
  shouldParseTag: (_group: string, name: string) => read.includes(name),
};

/** EXIF writes `2024:07:14 09:00:00`; some programs use other separators. */
function dayIn(value: unknown): IsoDay | undefined {
  const text: unknown = Array.isArray(value) ? value[0] : value;
  if (typeof text !== 'string') return undefined;
  const [, year, month, day] = /^\s*(\d{4})[:./-](\d{2})[:./-](\d{2})(?!\d)/.exec(text) ?? [];
  return year && month && day ? asIsoDay(`${year}-${month}-${day}`) : undefined;
}
