/** Decodes one picture that the browser cannot decode. It is then terminated, which frees its memory. */
import { asFailure, Failure } from '../../failure';
import { begun, type Decoded, type ForeignReply, type ForeignRequest } from './decoded';

declare const self: DedicatedWorkerGlobalScope;

self.addEventListener('message', ({ data }: MessageEvent<ForeignRequest>) => {
  void decode(data).then(
    (decoded) => self.postMessage(decoded satisfies ForeignReply, [decoded.rgba.buffer]),
    (thrown: unknown) => {
      const { code, detail } = asFailure(thrown);
      self.postMessage({ code, detail } satisfies ForeignReply);
    },
  );
});

self.postMessage(begun satisfies ForeignReply);

/** A module that is not on this device, nor to be had, is told as such. */
function fetched<T>(module: Promise<T>): Promise<T> {
  return module.catch((thrown: unknown) => {
    throw new Failure('decoder-missing', String(thrown), { cause: thrown });
  });
}

async function decode({ type, file }: ForeignRequest): Promise<Decoded> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (type === 'image/tiff') return (await fetched(import('./tiff'))).decodeTiff(bytes);
  return (await fetched(import('./heic'))).decodeHeic(bytes);
}
