/**
 * From a file to the condition on screen: by Lentigo, and by what a page usually does, which decodes and scales on
 * a canvas and computes on the main thread.
 */
import { loadAndCompile, loadLiteRt, Tensor } from '@litertjs/core';
import { BareNetwork, loadPack } from './bare-network';
import { fetchPhoto, packUrl, startOurs } from './workers';

const photos = [
  [1152, 864],
  [4000, 3000],
] as const;

/** Milliseconds of every counted round, by way and size of the picture. */
export type PeerTimes = Readonly<Record<string, readonly (readonly number[])[]>>;

/** The number of the likeliest condition, or its code. */
type Way = (picture: Blob) => Promise<string>;

const side = 224;

async function lentigo(): Promise<Way> {
  const { client } = startOurs();
  await client.call('prepare', { backend: 'wasm' });
  return async (picture) => (await client.call('classify', { picture })).prediction.top;
}

async function plainTfjs(): Promise<Way> {
  const network = await BareNetwork.start(await loadPack(packUrl));
  return async (picture) => likeliest(await network.run(await scaled(picture)));
}

async function plainLiteRt(): Promise<Way> {
  await loadLiteRt(new URL('./litert/', document.baseURI).href, { threads: false });
  const model = await loadAndCompile('./models/model.tflite', { accelerator: 'wasm' });
  return async (picture) => {
    const tensor = new Tensor(await scaled(picture), [1, side, side, 3]);
    const outputs = await model.run(tensor);
    const found = likeliest((await outputs[0]?.data()) as Float32Array);
    for (const each of [tensor, ...outputs]) each.delete();
    return found;
  };
}

/** The centre of a picture as a page reads it: an image element drawn on a canvas. */
async function scaled(picture: Blob): Promise<Float32Array> {
  const image = new Image();
  image.src = URL.createObjectURL(picture);
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = side;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('no canvas');
  const { naturalWidth: width, naturalHeight: height } = image;
  const square = Math.min(width, height);
  context.drawImage(image, (width - square) / 2, (height - square) / 2, square, square, 0, 0, side, side);
  URL.revokeObjectURL(image.src);
  const { data } = context.getImageData(0, 0, side, side);
  const input = new Float32Array(side * side * 3);
  for (let i = 0; i < input.length; i++) {
    input[i] = (data[Math.floor(i / 3) * 4 + (i % 3)] ?? 0) / 127.5 - 1;
  }
  return input;
}

function likeliest(logits: Float32Array): string {
  return String(logits.indexOf(Math.max(...logits)));
}

/** Waits until what was written is drawn. */
const drawn = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));

/** In turn, so that what slows the machine slows all. */
export async function racePeers(rounds: number, warmUp: number): Promise<PeerTimes> {
  const ways: [string, Way][] = [
    ['Lentigo', await lentigo()],
    ['a plain tfjs page', await plainTfjs()],
    ['a plain LiteRT.js page', await plainLiteRt()],
  ];
  const files = await Promise.all(photos.map(([width, height]) => fetchPhoto(width, height)));
  const times = Object.fromEntries(ways.map(([name]) => [name, files.map(() => [] as number[])]));
  for (let round = -warmUp; round < rounds; round++) {
    for (const [size, file] of files.entries()) {
      for (const [name, way] of ways) {
        const picture = new Blob([await file.arrayBuffer()], { type: file.type });
        await drawn();
        const start = performance.now();
        document.body.textContent = await way(picture);
        await drawn();
        if (round >= 0) times[name]?.[size]?.push(performance.now() - start);
      }
    }
  }
  return times;
}
