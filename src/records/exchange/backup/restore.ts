/**
 * Reads a backup twice: once to check all of it and to say what it would do, once to do it. Every transaction takes
 * a bounded piece; after a stop half-way, doing it again goes on where it stopped, because what is there already
 * stays as it is.
 */
import { Failure } from '../../../failure';
import type { Opinion } from '../../../domain/visit';
import type { VisitContent } from '../../store/schema';
import { newOpinions } from '../../rows/opinions';
import type { HealthRecord } from '../../record';
import { guarded, type Opened } from '../../rows/record-store';
import { AgeFile, type AgeKey } from '../age';
import type { CaseHeader } from './format';
import {
  missing,
  standingVisit,
  standingLesion,
  standingOpinions,
  standingPatient,
  type Fate,
  type Sender,
  type Source,
} from './merge';
import { readBackup, type Item, type ReadOptions, type WholeVisit } from './read';
import { writeVisits, writeLesions, writeOpinions, writePatients } from './write';

type Tally = Readonly<Record<Fate, number>>;

/** What restoring does to the record. */
export interface Plan {
  /** When the file was made. */
  readonly createdAt: Date;
  /** Where the file is a case or opinions on one, not a backup. */
  readonly case: CaseHeader | undefined;
  readonly patient: Tally;
  readonly lesion: Tally;
  readonly examination: Tally;
  /** Opinions that belong to no whole visit here or in the file cannot be kept. */
  readonly opinion: Tally & { readonly homeless: number };
  /** Room that the pictures need that are not here yet. */
  readonly bytes: number;
}

/** Pieces of one transaction end at either. */
const mostRows = 50;
const mostBytes = 4 << 20;

export class Restoration {
  readonly #record: HealthRecord;
  readonly #file: AgeFile;
  readonly plan: Plan;

  private constructor(record: HealthRecord, file: AgeFile, plan: Plan) {
    this.#record = record;
    this.#file = file;
    this.plan = plan;
  }

  /**
   * Checks the whole file; changes nothing.
   * @throws Failure, among them `backup-passphrase`, `backup-not-for-us`, `backup-foreign`, `backup-damaged` and `backup-too-new`
   */
  static prepare(
    record: HealthRecord,
    backup: Blob,
    key: AgeKey,
    options: ReadOptions = {},
  ): Promise<Restoration> {
    return guarded(async () => {
      const file = await AgeFile.open(backup, key, options.signal);
      return new Restoration(record, file, await planOf(record, readBackup(file, options)));
    });
  }

  /** Does what the plan says. @throws Failure; what was restored until then stays, and is whole. */
  apply(options: ReadOptions = {}): Promise<void> {
    return guarded(async () => {
      await expectRoom(this.plan.bytes);
      const batch = new Batch(this.#record, senderOf(this.plan.case));
      for await (const item of readBackup(this.#file, options)) await batch.add(item);
      await batch.write();
    });
  }
}

async function planOf(record: HealthRecord, items: AsyncGenerator<Item>): Promise<Plan> {
  const none = () => ({ added: 0, changed: 0, same: 0 });
  const tallies = { patient: none(), lesion: none(), examination: none() };
  const opinion = { ...none(), homeless: 0 };
  const countOpinions = (ours: readonly Opinion[], theirs: readonly Opinion[]) => {
    const fresh = newOpinions(ours, theirs);
    const changed = fresh.filter(({ id }) => ours.some((each) => each.id === id)).length;
    opinion.added += fresh.length - changed;
    opinion.changed += changed;
    opinion.same += theirs.length - fresh.length;
  };
  const opened = await record.store.open();
  let createdAt = new Date(0);
  let ofCase: CaseHeader | undefined;
  let bytes = 0;
  for await (const item of items) {
    switch (item.kind) {
      case 'header':
        createdAt = new Date(item.header.createdAt);
        ofCase = item.header.case;
        break;
      case 'patient':
        tallies.patient[(await standingPatient(opened, item.patient, sourceOf(ofCase))).fate] += 1;
        break;
      case 'lesion':
        tallies.lesion[(await standingLesion(opened, item.lesion, sourceOf(ofCase))).fate] += 1;
        break;
      case 'examination': {
        const own = await withoutMoved(opened, item);
        if (!own) {
          tallies.examination.same += 1;
          break;
        }
        const source = sourceOf(ofCase);
        const standing = await standingVisit(opened, own.examination, source);
        const { row, fate, content } = standing;
        tallies.examination[fate] += 1;
        if (fate !== 'same') bytes += sizeOfNew(own, content);
        if (row && !content && fate === 'same') opinion.homeless += item.examination.opinions.length;
        else countOpinions(content?.opinions ?? [], item.examination.opinions);
        break;
      }
      case 'opinions': {
        const { content } = await standingOpinions(opened, item.opinions);
        if (content) countOpinions(content.opinions, item.opinions.opinions);
        else opinion.homeless += item.opinions.opinions.length;
      }
    }
  }
  return { createdAt, case: ofCase, ...tallies, opinion, bytes };
}

function sourceOf(ofCase: CaseHeader | undefined): Source {
  return ofCase ? 'case' : 'backup';
}

function senderOf(ofCase: CaseHeader | undefined): Sender {
  return ofCase ? { source: 'case', from: ofCase.from?.name ?? '' } : { source: 'backup' };
}

/** Rows that are written together: always of one kind, in the order of the file. */
class Batch {
  readonly #record: HealthRecord;
  readonly #sender: Sender;
  #items: Item[] = [];
  #bytes = 0;

  constructor(record: HealthRecord, sender: Sender) {
    this.#record = record;
    this.#sender = sender;
  }

  async add(item: Item): Promise<void> {
    const [first] = this.#items;
    const full = this.#items.length >= mostRows || this.#bytes >= mostBytes;
    if (first && (full || first.kind !== item.kind)) await this.write();
    this.#items.push(item);
    this.#bytes += sizeOf(item);
  }

  async write(): Promise<void> {
    const items = this.#items;
    this.#items = [];
    this.#bytes = 0;
    const { store } = this.#record;
    const { source } = this.#sender;
    const of = <K extends Item['kind']>(kind: K) =>
      items.filter((item): item is Extract<Item, { kind: K }> => item.kind === kind);
    await writePatients(
      store,
      of('patient').map(({ patient }) => patient),
      source,
    );
    await writeLesions(
      store,
      of('lesion').map(({ lesion }) => lesion),
      source,
    );
    const opened = await store.open();
    const visits = await Promise.all(of('examination').map((each) => withoutMoved(opened, each)));
    await writeVisits(
      store,
      visits.filter((each) => each !== undefined),
      this.#sender,
    );
    await writeOpinions(
      store,
      of('opinions').map(({ opinions }) => opinions),
      this.#sender,
    );
  }
}

function sizeOf(item: Item): number {
  if (item.kind !== 'examination') return 0;
  return item.images.reduce((sum, { length }) => sum + length, item.thumbnail.length);
}

/**
 * A visit of the file without the pictures that belong to another visit here, with which it was joined since; undefined
 * where nothing is left of it.
 */
async function withoutMoved({ database }: Opened, whole: WholeVisit): Promise<WholeVisit | undefined> {
  const { examination, images } = whole;
  const kept = await Promise.all(
    examination.pictures.map(async (picture, at) => {
      const present = await database.get('pictures', picture.id);
      return present && present.examination !== examination.id ? [] : [[picture, images[at]] as const];
    }),
  );
  const pairs = kept.flat();
  if (pairs.length === examination.pictures.length) return whole;
  if (pairs.length === 0) return undefined;
  return {
    ...whole,
    examination: { ...examination, pictures: pairs.map(([picture]) => picture) },
    images: pairs.flatMap(([, image]) => (image ? [image] : [])),
  };
}

/** Bytes of the pictures that are not here yet, and of the thumbnail with them. */
function sizeOfNew(
  { examination, images, thumbnail }: WholeVisit,
  content: VisitContent | undefined,
): number {
  const fresh = missing(content, examination).map((picture) => examination.pictures.indexOf(picture));
  if (fresh.length === 0) return 0;
  return fresh.reduce((sum, at) => sum + (images[at]?.length ?? 0), thumbnail.length);
}

/** Full before it begins is better than full half-way. */
async function expectRoom(bytes: number): Promise<void> {
  // Not in every browser, and not where the page is not secure.
  const storage = navigator.storage as StorageManager | undefined;
  const { quota, usage } = (await storage?.estimate()) ?? {};
  if (quota !== undefined && usage !== undefined && quota - usage < bytes) {
    throw new Failure('storage-full', `${bytes} bytes`);
  }
}
