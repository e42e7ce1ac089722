/**
 * HEIC by libheif, whose WebAssembly stays a file of its own that anybody may replace (LGPL). It turns and mirrors the
 * picture itself, as the file says.
 */
import factory from 'libheif-js/libheif-wasm/libheif.js';
import wasmFile from 'libheif-js/libheif-wasm/libheif.wasm?url';
import { Failure } from '../../failure';
import { isDisplayP3 } from '../../domain/picture-header/heif-colours';
import type { Decoded } from './decoded';
import { toSrgb } from './display-p3';

/** @throws Failure `decoder-missing` where the decoder cannot be had, `picture-damaged` for what it refuses */
export async function decodeHeic(bytes: Uint8Array<ArrayBuffer>): Promise<Decoded> {
  const { HeifDecoder } = await start();
  const images = new HeifDecoder().decode(bytes);
  const image = images.find((each) => each.is_primary()) ?? images[0];
  if (!image) throw new Failure('picture-damaged', 'HEIC: no picture in it');
  const width = image.get_width();
  const height = image.get_height();
  const rgba = new Uint8ClampedArray(width * height * 4);
  const shown = await new Promise((resolve) => image.display({ data: rgba, width, height }, resolve));
  if (!shown) throw new Failure('picture-damaged', 'HEIC: cannot be decoded');
  if (isDisplayP3(bytes)) toSrgb(rgba);
  return { width, height, rgba, orientation: 1 };
}

/** The file is fetched here: what the glue would do differs between a page, a worker and Node. */
async function start(): Promise<ReturnType<typeof factory>> {
  const wasmBinary = await fetch(wasmFile)
    .then((answer) => (answer.ok ? answer.arrayBuffer() : Promise.reject(new Error(String(answer.status)))))
    .catch((thrown: unknown) => {
      throw new Failure('decoder-missing', String(thrown), { cause: thrown });
    });
  return new Promise((resolve) => {
    const library = factory({ wasmBinary, onRuntimeInitialized: () => setTimeout(() => resolve(library)) });
  });
}
