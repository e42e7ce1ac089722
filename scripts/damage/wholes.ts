/** Whole pictures as encoders, cameras and programs write them. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { sniff } from '../../src/domain/picture-header/sniff.ts';
import type { Random } from './damages.ts';

export interface Whole {
  readonly format: 'baseline JPEG' | 'progressive JPEG' | 'PNG' | 'WebP' | 'AVIF' | 'GIF';
  readonly encoder: string;
  readonly file: Buffer;
}

function pick<T>(random: Random, choices: readonly T[]): T {
  return choices[Math.floor(random() * choices.length)] as T;
}

/** A source picture, now and then larger, as sharp (MozJPEG, libspng, libwebp, libaom) writes it. */
export async function encoded(
  source: string,
  random: Random,
  formats: readonly Whole['format'][],
): Promise<Whole> {
  const format = pick(random, formats);
  let picture = sharp(source);
  if (random() < 0.3) picture = picture.resize(Math.round(640 + random() * 400));
  const quality = pick(random, [50, 60, 75, 85, 92, 97]);
  return { format, encoder: 'sharp', file: await write(picture, format, quality, random) };
}

function write(picture: Sharp, format: Whole['format'], quality: number, random: Random): Promise<Buffer> {
  switch (format) {
    case 'PNG':
      return picture.png({ progressive: random() < 0.2, palette: random() < 0.2 }).toBuffer();
    case 'WebP':
      return picture.webp({ quality, lossless: random() < 0.3 }).toBuffer();
    case 'AVIF':
      return picture.avif({ quality, effort: 0 }).toBuffer();
    case 'GIF':
      return picture.gif({ effort: 1 }).toBuffer();
    default: {
      const tint = random();
      if (tint < 0.05) picture = picture.greyscale();
      else if (tint < 0.1) picture = picture.toColourspace('cmyk');
      return picture
        .jpeg({
          quality,
          progressive: format === 'progressive JPEG',
          chromaSubsampling: pick(random, ['4:2:0', '4:2:0', '4:4:4']),
          optimiseCoding: random() < 0.5,
          trellisQuantisation: random() < 0.3,
          overshootDeringing: random() < 0.3,
          optimiseScans: format === 'progressive JPEG' && random() < 0.5,
        })
        .toBuffer();
    }
  }
}

/** Programs that need not be installed: what they are called, and their arguments from a file to standard output. */
const programs: Readonly<Record<string, (source: string, random: Random) => readonly string[]>> = {
  convert: (source, random) => [
    source,
    '-quality',
    pick(random, ['70', '85', '95']),
    '-sampling-factor',
    pick(random, ['4:2:0', '4:2:2', '4:4:0', '4:4:4', '4:1:1']),
    ...pick(random, [['-interlace', 'JPEG'], []]),
    'jpg:-',
  ],
  cjpeg: (source, random) => [
    '-quality',
    pick(random, ['60', '80', '95']),
    ...pick(random, [
      ['-progressive'],
      ['-restart', '1'],
      ['-restart', '3B'],
      ['-optimize'],
      ['-arithmetic'],
      ['-dct', 'fast'],
    ]),
    source,
  ],
  ffmpeg: (source, random) => [
    ...['-loglevel', 'error', '-i', source, '-q:v', pick(random, ['2', '5', '9'])],
    ...['-pix_fmt', pick(random, ['yuvj420p', 'yuvj422p', 'yuvj444p']), '-f', 'mjpeg', '-'],
  ],
};

/** Which of the programs are there and do write a JPEG: another program may have the name. */
export async function installed(): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'lentigo-encoders-'));
  const source = join(folder, 'source.jpg');
  try {
    const grey = { width: 32, height: 32, channels: 3, background: '#808080' } as const;
    await sharp({ create: grey }).jpeg().toFile(source);
    const tries = Object.keys(programs).map(async (program) => {
      const written = encodedBy(program, source, join(folder, `${program}.ppm`), () => 0);
      const file = await written.then(({ file }) => file).catch(() => undefined);
      return file && sniff(file)?.type === 'image/jpeg' ? [program] : [];
    });
    return (await Promise.all(tries)).flat();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** @param source JPEG; converted to PPM first, because cjpeg reads nothing else */
export async function encodedBy(
  program: string,
  source: string,
  ppm: string,
  random: Random,
): Promise<Whole> {
  if (program === 'cjpeg') {
    const { data, info } = await sharp(source).raw().toBuffer({ resolveWithObject: true });
    writeFileSync(ppm, Buffer.concat([Buffer.from(`P6\n${info.width} ${info.height}\n255\n`), data]));
  }
  const from = program === 'cjpeg' ? ppm : source;
  const file = execFileSync(program, programs[program]?.(from, random) ?? [], { maxBuffer: 1 << 28 });
  const isProgressive = file.includes(Buffer.from([0xff, 0xc2, 0, 17]));
  return { format: isProgressive ? 'progressive JPEG' : 'baseline JPEG', encoder: program, file };
}

/** What cameras and programs do to a JPEG that leaves its picture whole. */
export const habits: Readonly<Record<string, (file: Buffer, random: Random) => Buffer>> = {
  'zeros behind the end': (file, random) => Buffer.concat([file, Buffer.alloc(Math.ceil(random() * 4096))]),
  'no end marker': (file) => file.subarray(0, -2),
  'a second picture behind the first (MPO, gain map)': (file) => Buffer.concat([file, file]),
  'a film behind the end (motion photo)': (file, random) =>
    Buffer.concat([
      file,
      Buffer.from('\0\0\0\x18ftypmp42'),
      Buffer.from(Array.from({ length: 5000 }, () => Math.floor(random() * 256))),
    ]),
  'a thumbnail in the header': (file) => {
    const length = Math.min(file.length, 60_000) + 2;
    const header = Buffer.from([0xff, 0xe1, length >> 8, length & 255]);
    return Buffer.concat([file.subarray(0, 2), header, file.subarray(0, length - 2), file.subarray(2)]);
  },
  "Samsung's scan parameters": (file) => {
    const scan = file.indexOf(Buffer.from([0xff, 0xda]));
    const changed = Buffer.from(file);
    const end = scan + 2 + file.readUInt16BE(scan + 2);
    // Progressive scans mean what they say.
    if (!file.includes(Buffer.from([0xff, 0xc2, 0]))) changed.set([63, 0, 0x11], end - 3);
    return changed;
  },
  'fill bytes before the end marker': (file) =>
    Buffer.concat([file.subarray(0, -2), Buffer.from([0xff, 0xff]), file.subarray(-2)]),
};
