/** Reads a backup from its beginning, checking everything that it says; touches no record. */
import * as v from 'valibot';
import { fromBase64 } from '../../../base64';
import { asFailure, Failure } from '../../../failure';
import { sniff } from '../../../domain/picture-header/sniff';
import type { AgeFile } from '../age';
import {
  AnyHeader,
  VisitFile,
  fileName,
  formVersion,
  Header,
  headerName,
  LesionFile,
  OpinionsFile,
  PatientFile,
  SignatureFile,
  signatureName,
  signedAs,
} from './format';
import { isSignedBy } from '../signing-key';
import { EntryChain } from './signature';
import { readZip, type Bytes, type Entry, type ZipLimits } from './zip';

export interface WholeVisit {
  readonly file: VisitFile;
  readonly thumbnail: Bytes;
  /** In the order of the visit's pictures. */
  readonly images: readonly Bytes[];
}

export type Item =
  | { readonly kind: 'header'; readonly header: Header }
  | { readonly kind: 'patient'; readonly patient: PatientFile }
  | { readonly kind: 'lesion'; readonly lesion: LesionFile }
  | { readonly kind: 'opinions'; readonly opinions: OpinionsFile }
  | {
      readonly kind: 'signature';
      readonly isOf: (key: Bytes) => Promise<boolean>;
      /** The public key of the device that signed it; undefined where none did. */
      readonly device: string | undefined;
    }
  | ({ readonly kind: 'visit' } & WholeVisit);

export interface ReadOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told how much of the file has been read, 0..1. */
  readonly onProgress?: ((share: number) => void) | undefined;
}

const megabyte = 1 << 20;
/** JSON of a visit: a mask may have many runs, an embedding is some 7 kB. */
const longestJson = 8 * megabyte;
/** Lentigo keeps pictures of at most 2048 px, some 2 MB. */
const largestPicture = 64 * megabyte;
/** Pixels. A few bytes can hold a picture of gigabytes, so the size is checked before decoding. */
const longestSide = 4096;
const mostRows = 1_000_000;

/** @throws Failure `backup-foreign`, `backup-damaged`, `backup-too-new`, `aborted` */
export async function* readBackup(
  file: AgeFile,
  { signal, onProgress }: ReadOptions = {},
): AsyncGenerator<Item> {
  try {
    const plain = file.plain((bytes) => onProgress?.(bytes / file.size), signal);
    const entries = readZip(plain, limitsOf(file.size));
    try {
      const chain = new EntryChain();
      for await (const item of parse(chained(entries, chain), chain)) {
        signal?.throwIfAborted();
        yield item;
      }
    } finally {
      await entries.return(undefined);
    }
  } catch (error) {
    const failure = asFailure(error);
    if (failure.code !== 'internal') throw failure;
    throw new Failure('backup-damaged', failure.detail, { cause: error });
  }
}

/** JSON shrinks to a quarter or so; what promises fifty times its size is no backup of ours. */
function limitsOf(size: number): ZipLimits {
  return {
    total: 50 * size + 8 * megabyte,
    entry: (name) => (name.endsWith('.json') ? longestJson : largestPicture),
  };
}

class Broken extends Error {
  override readonly name = 'Broken';
}

/** The entries in order, each added to the hash chain, except the signature. */
async function* chained(entries: AsyncGenerator<Entry>, chain: EntryChain): AsyncGenerator<Entry, undefined> {
  let signed = false;
  for await (const entry of remaining(entries)) {
    if (signed) throw new Broken('more after the signature');
    signed = entry.name === signatureName;
    if (!signed) await chain.add(entry.name, entry.data);
    yield entry;
  }
  return undefined;
}

async function* parse(entries: AsyncGenerator<Entry>, chain: EntryChain): AsyncGenerator<Item> {
  const seen = new Set<string>();
  const once = (id: string) => {
    if (seen.has(id) || seen.size >= mostRows) throw new Broken('twice the same, or too many');
    seen.add(id);
  };
  const next = async (name: string): Promise<Bytes> => {
    const { value } = (await entries.next()) as IteratorResult<Entry, undefined>;
    if (value?.name !== name || value.data.length === 0) throw new Broken(`no ${name}`);
    return value.data;
  };

  const { value: first } = (await entries.next()) as IteratorResult<Entry, undefined>;
  if (first?.name !== headerName) throw new Failure('backup-foreign', 'no header');
  yield { kind: 'header', header: headerOf(first.data) };
  for await (const { name, data } of remaining(entries)) {
    const folder = name.slice(0, name.indexOf('/'));
    if (name === signatureName) {
      const { signature, device } = v.parse(SignatureFile, jsonOf(data));
      if (device && !(await isSignedBy(device, signedAs, chain.end)))
        throw new Broken('signature of the device');
      const isOf = (key: Bytes) => chain.isSigned(key, fromBase64(signature));
      yield { kind: 'signature', isOf, device: device?.key };
    } else if (folder === 'patients') {
      const patient = v.parse(PatientFile, jsonOf(data));
      expectName(name, fileName.patient(patient.id));
      once(patient.id);
      yield { kind: 'patient', patient };
    } else if (folder === 'lesions') {
      const lesion = v.parse(LesionFile, jsonOf(data));
      expectName(name, fileName.lesion(lesion.id));
      once(lesion.id);
      yield { kind: 'lesion', lesion };
    } else if (folder === 'opinions') {
      const opinions = v.parse(OpinionsFile, jsonOf(data));
      expectName(name, fileName.opinions(opinions.examination));
      once(`opinions ${opinions.examination}`);
      yield { kind: 'opinions', opinions };
    } else {
      const file = v.parse(VisitFile, jsonOf(data));
      expectName(name, fileName.visit(file.id));
      once(file.id);
      const { thumbnailType } = file;
      const thumbnail = await next(fileName.thumbnail(file.id, thumbnailType));
      checkPicture(thumbnail, thumbnailType);
      const images: Bytes[] = [];
      for (const { id, type } of file.pictures) {
        once(`picture ${id}`);
        const image = await next(fileName.picture(file.id, id, type));
        checkPicture(image, type);
        images.push(image);
      }
      yield { kind: 'visit', file, thumbnail, images };
    }
  }
}

/** A `for await` over `entries` itself would end the generator that `next` still reads from. */
async function* remaining(entries: AsyncGenerator<Entry>): AsyncGenerator<Entry> {
  for (;;) {
    const { value } = (await entries.next()) as IteratorResult<Entry, undefined>;
    if (!value) return;
    yield value;
  }
}

function headerOf(data: Bytes): Header {
  const json = jsonOf(data);
  const any = v.safeParse(AnyHeader, json);
  if (!any.success) throw new Failure('backup-foreign', 'header');
  if (any.output.version > formVersion) throw new Failure('backup-too-new', String(any.output.version));
  return v.parse(Header, json);
}

function jsonOf(data: Bytes): unknown {
  return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(data));
}

/** By its header alone: a picture of the type that it says, and no larger than Lentigo keeps them. */
function checkPicture(data: Bytes, type: string): void {
  const found = sniff(data);
  if (found?.type !== type) throw new Broken(`${found?.type ?? 'no picture'} is not ${type}`);
  const { width, height } = found.size ?? { width: 0, height: 0 };
  if (Math.max(width, height) > longestSide) throw new Broken(`a picture of ${width} x ${height}`);
}

function expectName(name: string, expected: string): void {
  if (name !== expected) throw new Broken(`${name} is not ${expected}`);
}
