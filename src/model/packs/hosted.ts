/** Further packs on the app's host, listed in `packs/index.json`. */
import * as v from 'valibot';
import { Failure } from '../../failure';
import { LocalText } from '../../domain/pack/words';
import { archiveLimit, readArchive, type ArrivedPack } from './archive';
import { parseJson } from './pack';
import {
  download,
  fetchFile,
  fetchIfThere,
  fetchManifest,
  fetchPack,
  fetchSignature,
  type FetchOptions,
} from './source';

const HostedPack = v.object({
  id: v.string(),
  name: LocalText,
  /** One line: what it reads and tells apart. */
  reads: LocalText,
  version: v.string(),
  /** What is downloaded. */
  bytes: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** Relative to the list: a folder, with a slash at the end, or a zip. */
  address: v.string(),
});
export type HostedPack = v.InferOutput<typeof HostedPack>;

const PackList = v.object({ format: v.literal(1), packs: v.array(HostedPack) });
const listLimit = 1024 * 1024;

/** @param packUrl address of the app's own pack */
function listUrl(packUrl: string): URL {
  return new URL('../packs/index.json', packUrl);
}

/**
 * Every pack of the list, with its absolute address; none where the host has no list.
 * @throws Failure `pack-offline`, `pack-damaged` or `aborted`
 */
export async function fetchList(packUrl: string, options: FetchOptions): Promise<HostedPack[]> {
  const url = listUrl(packUrl);
  const bytes = await fetchIfThere(url.href, listLimit, options);
  if (!bytes) return [];
  const parsed = v.safeParse(PackList, parseJson(bytes, 'index.json'));
  if (!parsed.success) throw new Failure('pack-damaged', `index.json: ${parsed.issues[0].message}`);
  return parsed.output.packs.map((pack) => ({ ...pack, address: new URL(pack.address, url).href }));
}

/**
 * Fetches a pack from the app's own host and checks every file.
 * @param address of a folder, with a slash at the end, or of a zip
 * @throws Failure `pack-offline`, `pack-portal`, `pack-too-large`, `pack-damaged`, `pack-too-new`, `pack-none`, `aborted`
 */
export async function fetchHosted(
  packUrl: string,
  address: string,
  options: FetchOptions,
): Promise<ArrivedPack> {
  const url = new URL(address, listUrl(packUrl));
  if (url.origin !== new URL(packUrl).origin)
    throw new Failure('pack-offline', `${url.href} is another host`);
  if (!url.pathname.endsWith('/')) {
    return readArchive(await download(url.href, 'no-cache', archiveLimit, options));
  }
  const hosted = await fetchManifest(url.href, options);
  const { files, bank } = hosted.manifest;
  const total = [...files, ...(bank ? [bank] : [])].reduce((sum, { bytes }) => sum + bytes, 0);
  if (total > archiveLimit) throw new Failure('pack-too-large', `${total} bytes`);
  const signature = await fetchSignature(url.href, options);
  const pack = await fetchPack(url.href, hosted, options);
  const bankBytes = bank && (await fetchFile(url.href, bank, options));
  return { pack, signature, bank: bankBytes };
}
