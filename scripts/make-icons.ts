/** Draws the app's icons in every size and crop that systems ask for: `npm run icons`. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';

const folder = path.resolve(import.meta.dirname, '../public/icons');
const ground = '#0c5c63';
const ink = '#f3faf8';
const pigment = '#f0b487';

/** The mark of src/ui/Logo.svelte, on a field of 32 by 32. */
const mark = `
  <path d="M3 10V7a4 4 0 0 1 4-4h3M22 3h3a4 4 0 0 1 4 4v3M29 22v3a4 4 0 0 1-4 4h-3M10 29H7a4 4 0 0 1-4-4v-3"
    fill="none" stroke="${ink}" stroke-width="2.4" stroke-linecap="round"/>
  <path d="M11.2 11.4c2.2-2.5 6.4-3.4 9-1.3 2.5 1.9 2.9 4.7 2.2 7.3-.8 3-2.7 5.4-6 5.6-3.1.2-6.1-1.2-7-4.3-.8-2.8.2-5.4 1.8-7.3Z"
    fill="${pigment}"/>`;

/**
 * @param radius of the ground's corners, of 512
 * @param share of the side that the mark takes; a maskable icon keeps it within the middle 80 %
 */
function drawing(radius: number, share: number): string {
  const scale = (512 * share) / 32;
  const inset = (512 * (1 - share)) / 2;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512" width="512" height="512">
  <rect width="512" height="512" rx="${radius}" fill="${ground}"/>
  <g transform="translate(${inset} ${inset}) scale(${scale})">${mark}
  </g>
</svg>
`;
}

const round = drawing(112, 0.78);
// A circle of 80 % is all that is sure to be seen; the mark's corners are rounded and lie inside it.
const maskable = drawing(0, 0.64);
const apple = drawing(0, 0.74);

await mkdir(folder, { recursive: true });
await writeFile(path.join(folder, 'icon.svg'), round);

const sizes: [name: string, svg: string, side: number][] = [
  ['icon-192.png', round, 192],
  ['icon-512.png', round, 512],
  ['maskable-192.png', maskable, 192],
  ['maskable-512.png', maskable, 512],
  ['apple-touch-icon.png', apple, 180],
];
for (const [name, svg, side] of sizes) {
  const png = sharp(Buffer.from(svg), { density: (72 * side) / 512 }).resize(side, side);
  await png.png({ palette: true, compressionLevel: 9 }).toFile(path.join(folder, name));
  console.log(`public/icons/${name}`);
}
