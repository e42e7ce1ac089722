import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import fc from 'fast-check';
import { readable, unreadable } from '../../../e2e/fixtures/pictures';
import { Failure } from '../../failure';
import { decodePicture } from './decode';

function fixture(file: string): Blob {
  return new Blob([readFileSync(new URL(`../../../e2e/fixtures/pictures/${file}`, import.meta.url))]);
}

// There is no canvas here; e2e/pictures.spec.ts looks at what is turned.
vi.mock('./orientation', async (original) => ({
  ...(await original<typeof import('./orientation')>()),
  turned: (bitmap: ImageBitmap) => bitmap,
}));

/** What the browser would decode; the real one is tried in e2e/. */
const decode = vi.fn<(blob: Blob) => Promise<ImageBitmap>>();
const close = vi.fn();

// Neither worker nor decoder of the browser is here: what they make of a file is tried in e2e/pictures.spec.ts.
vi.mock('../foreign/foreign', () => ({
  decodeForeign: vi.fn((blob: Blob, type: string) => decode(blob.slice(0, blob.size, type))),
}));

beforeEach(() => {
  close.mockReset();
  decode.mockReset().mockResolvedValue({ width: 96, height: 64, close });
  vi.stubGlobal('createImageBitmap', decode);
  vi.stubGlobal('navigator', {});
});
afterEach(() => vi.unstubAllGlobals());

async function failureOf(promise: Promise<unknown>): Promise<string> {
  const failure: unknown = await promise.catch((error: unknown) => error);
  return failure instanceof Failure ? failure.code : `no failure: ${String(failure)}`;
}

describe('decodePicture', () => {
  it.each(readable)('hands $file to the browser by its true type', async ({ file, type }) => {
    const picture = await decodePicture(fixture(file));
    expect(picture).toMatchObject({ type, width: 96, height: 64 });
    expect(decode.mock.calls[0]?.[0].type).toBe(type);
  });

  it.each(unreadable)('refuses $file', async ({ file, failure }) => {
    decode.mockRejectedValue(new DOMException('cannot be decoded', 'InvalidStateError'));
    expect(await failureOf(decodePicture(fixture(file)))).toBe(failure);
  });

  it('refuses a picture that is too large before it is decoded', async () => {
    expect(await failureOf(decodePicture(fixture('bomb.png')))).toBe('picture-too-large');
    expect(decode).not.toHaveBeenCalled();
  });

  it('refuses a picture that turns out too large, and closes it', async () => {
    decode.mockResolvedValue({ width: 16385, height: 10, close });
    expect(await failureOf(decodePicture(fixture('plain.bmp')))).toBe('picture-too-large');
    expect(close).toHaveBeenCalledOnce();
  });

  it('closes a truncated picture that the browser has decoded all the same', async () => {
    expect(await failureOf(decodePicture(fixture('truncated.jpg')))).toBe('picture-damaged');
    expect(close).toHaveBeenCalledOnce();
  });

  it('refuses a JPEG of a thousand scans before it is decoded', async () => {
    const bytes = readFileSync(new URL('../../../e2e/fixtures/pictures/progressive.jpg', import.meta.url));
    const scan = bytes.indexOf(Buffer.from([0xff, 0xda]));
    const one = bytes.subarray(scan, bytes.indexOf(0xff, scan + 2));
    const scans = Array.from({ length: 1000 }, () => one);
    const picture = new Blob([bytes.subarray(0, scan), ...scans, bytes.subarray(scan)]);
    expect(await failureOf(decodePicture(picture))).toBe('picture-too-large');
    expect(decode).not.toHaveBeenCalled();
  });

  it('takes a bitmap whose rows run downwards, but none of a negative width', async () => {
    const bytes = readFileSync(new URL('../../../e2e/fixtures/pictures/plain.bmp', import.meta.url));
    bytes.writeInt32LE(-64, 22);
    await expect(decodePicture(new Blob([bytes]))).resolves.toMatchObject({ type: 'image/bmp' });
    bytes.writeInt32LE(-96, 18);
    decode.mockRejectedValue(new DOMException('cannot be decoded', 'InvalidStateError'));
    expect(await failureOf(decodePicture(new Blob([bytes])))).toBe('picture-damaged');
  });

  it('finds the size behind a header of more than 64 kB', async () => {
    const bytes = readFileSync(new URL('../../../e2e/fixtures/pictures/progressive.jpg', import.meta.url));
    const segment = Buffer.concat([Buffer.from([0xff, 0xe2, 0xff, 0xff]), Buffer.alloc(65533)]);
    const picture = new Blob([bytes.subarray(0, 2), segment, segment, bytes.subarray(2)]);
    await expect(decodePicture(picture)).resolves.toMatchObject({ type: 'image/jpeg' });
  });

  it('stops when it is told to, before and during the decoding', async () => {
    expect(await failureOf(decodePicture(fixture('plain.bmp'), AbortSignal.abort()))).toBe('aborted');
    const controller = new AbortController();
    decode.mockImplementation(() => {
      controller.abort();
      return Promise.resolve({ width: 96, height: 64, close });
    });
    expect(await failureOf(decodePicture(fixture('plain.bmp'), controller.signal))).toBe('aborted');
    expect(close).toHaveBeenCalledOnce();
  });

  it('calls a file that cannot be read damaged', async () => {
    const gone = fixture('plain.bmp');
    vi.spyOn(gone, 'slice').mockReturnValue(gone);
    vi.spyOn(gone, 'arrayBuffer').mockRejectedValue(new DOMException('gone', 'NotReadableError'));
    expect(await failureOf(decodePicture(gone))).toBe('picture-damaged');
  });

  it('throws nothing but failures, whatever the bytes', async () => {
    decode.mockRejectedValue(new DOMException('cannot be decoded', 'InvalidStateError'));
    const whole = fc.constantFrom(...readable.map(({ file }) => file));
    const cut = fc.tuple(whole, fc.nat(2000)).map(([file, length]) => fixture(file).slice(0, length));
    const random = fc.uint8Array({ maxLength: 100 }).map((bytes) => new Blob([bytes]));
    await fc.assert(
      fc.asyncProperty(fc.oneof(cut, random), async (blob) => {
        expect(await failureOf(decodePicture(blob))).toMatch(/^picture-/);
      }),
    );
  });
});
