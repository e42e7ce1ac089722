/** Installing packs, in the inference worker. Loaded when it is first asked for: it brings readers of zips and signatures. */
import { Failure } from '../failure';
import { archiveLimit, readArchive } from '../model/packs/archive';
import { fetchHosted, fetchList } from '../model/packs/hosted';
import { changeBy, provenanceOf } from '../model/packs/offers';
import { packKey } from '../domain/pack/key';
import type { Pack } from '../model/packs/pack';
import type { PackOrigin } from '../model/packs/store-schema';
import type { ActiveModel } from '../model/runtime/active-model';
import type { CallContext } from './call-context';
import type { Argument, Result } from './protocol';

/** What was checked last and waits for the person. */
interface Offered {
  readonly pack: Pack;
  readonly bank: ArrayBuffer | undefined;
  readonly origin: PackOrigin;
}

export interface PackHandlers {
  hostedPacks(context: CallContext<'hostedPacks'>): Promise<Result<'hostedPacks'>>;
  offerPack(argument: Argument<'offerPack'>, context: CallContext<'offerPack'>): Promise<Result<'offerPack'>>;
  installPack(key: string): Promise<Result<'installPack'>>;
}

export function createPackHandlers(session: ActiveModel): PackHandlers {
  const { packUrl, appVersion, roots } = session.host;
  let offered: Offered | undefined;
  return {
    hostedPacks: ({ signal }) => fetchList(packUrl, { signal }),

    async offerPack({ from }, context) {
      const address = 'address' in from ? new URL(from.address, packUrl).href : undefined;
      const arrived =
        'zip' in from ? await opened(from.zip) : await fetchHosted(packUrl, from.address, context);
      const { pack, bank } = arrived;
      const provenance = await provenanceOf(arrived, roots);
      const kept = (await (await session.store())?.list()) ?? [];
      const change = await changeBy(arrived, provenance, kept, appVersion);
      await session.tryOut(pack, context.signal);
      offered = {
        pack,
        bank,
        origin: {
          ...provenance,
          // A zip is not a folder that updates are found in.
          ...(address?.endsWith('/') && { address }),
          installedAt: Date.now(),
        },
      };
      const bytes = pack.manifest.files.reduce((sum, file) => sum + file.bytes, bank?.byteLength ?? 0);
      return { ...provenance, manifest: pack.manifest, bytes, change };
    },

    async installPack(key) {
      const taken = offered;
      if (!taken || packKey(taken.pack.manifest) !== key) throw new Failure('worker-lost', `no ${key}`);
      const store = await session.store();
      const storage = (await store?.put(taken.pack, taken.origin, taken.bank)) ?? 'unavailable';
      if (storage === 'kept') offered = undefined;
      return { storage };
    },
  };
}

/** @throws Failure as `readArchive` */
async function opened(zip: Blob): ReturnType<typeof readArchive> {
  // Before it is read: a large file would fill the memory.
  if (zip.size > archiveLimit) throw new Failure('pack-too-large', `${zip.size} bytes`);
  return readArchive(await zip.arrayBuffer());
}
