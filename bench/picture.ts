/** A drawn picture with the size and the grain of a photo. */
import sharp from 'sharp';

/** JPEG of `width` x `height` pixels, the same every time but for its grain. */
export async function drawPhoto(width: number, height: number): Promise<Buffer> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 300" width="${width}" height="${height}">
    <defs><radialGradient id="light"><stop offset="0" stop-color="#e6b8a0"/><stop offset="1" stop-color="#a8745f"/></radialGradient></defs>
    <rect width="400" height="300" fill="url(#light)"/>
    <ellipse cx="200" cy="150" rx="70" ry="55" fill="#5a3a2a"/>
    <circle cx="185" cy="140" r="22" fill="#2e1d18"/>
  </svg>`;
  const grain = await sharp({
    create: {
      width,
      height,
      channels: 3,
      background: '#808080',
      noise: { type: 'gaussian', mean: 128, sigma: 12 },
    },
  })
    .png({ compressionLevel: 0 })
    .toBuffer();
  return sharp(Buffer.from(svg))
    .composite([{ input: grain, blend: 'soft-light' }])
    .jpeg({ quality: 90 })
    .toBuffer();
}
