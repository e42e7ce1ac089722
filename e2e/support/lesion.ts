/** Drawn pictures that look a little like a mole on skin: different for each seed, the same every time. */
import sharp from 'sharp';

/** A drawn lesion whose file says, as a camera's does, on which day it was taken: an APP1 segment of EXIF. */
export async function takenOn(
  seed: number,
  day: string,
): Promise<{ name: string; mimeType: string; buffer: Buffer }> {
  const buffer = await sharp(await drawLesion(seed, 640))
    .withExif({ IFD2: { DateTimeOriginal: `${day.replaceAll('-', ':')} 10:20:30` } })
    .jpeg()
    .toBuffer();
  return { name: `spot-${seed}.jpg`, mimeType: 'image/jpeg', buffer };
}

/** A JPEG of `side` x `side` pixels. */
export function drawLesion(seed: number, side = 256): Promise<Buffer> {
  const radius = 18 + ((seed * 7) % 15);
  const tones = ['#5a3a2a', '#7b4b34', '#3d2a26', '#8a5a48'];
  const tone = tones[seed % tones.length] ?? '#5a3a2a';
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" width="${side}" height="${side}">
    <rect width="100" height="100" fill="#d9a48c"/>
    <ellipse cx="50" cy="50" rx="${radius}" ry="${radius * 0.8}" fill="${tone}"
      transform="rotate(${(seed * 37) % 180} 50 50)"/>
    <circle cx="${44 + (seed % 9)}" cy="47" r="${radius / 3}" fill="#2e1d18" opacity="0.6"/>
  </svg>`;
  return sharp(Buffer.from(svg)).jpeg({ quality: 88 }).toBuffer();
}
