/**
 * Reads a backup twice: once to check all of it and to say what it would do, once to do it. Every transaction takes
 * a bounded piece; after a stop half-way, doing it again goes on where it stopped, because what is there already
 * stays as it is.
 * Longer than 300 lines: the plan and what is written by it must agree step by step.
 */
import { Failure } from '../../../failure';
import { fromBase64 } from '../../../base64';
import type { Opinion } from '../../../domain/visit/visit';
import { newOpinions } from '../../rows/opinions';
import type { HealthRecord } from '../../record';
import { guarded, type Opened } from '../../rows/record-store';
import { adoptRecordKey, presentRecordKey, type RecordKey } from '../record-key';
import { AgeFile, type AgeKey } from '../age';
import { ChangeList, type RowChange } from './changes';
import type { CaseHeader, Header } from './format';
import { Incoming } from './incoming';
import { KnownJoins, ownVisit } from './joined';
import {
  standingVisit,
  standingLesion,
  standingOpinions,
  standingPatient,
  type JoinedVisit,
  type Right,
  type Sender,
  type Standing,
} from './merge';
import { readBackup, type Item, type ReadOptions, type WholeVisit } from './read';
import { writeVisits, writeLesions, writeOpinions, writePatients } from './write';

/**
 * Whose file it is: `own` was made from this record, which its signature proves; `first` is the first of an empty
 * record. These change what is here; a `case` and any `other` backup only add.
 */
type Source = 'own' | 'first' | 'case' | 'other';

type Tally = Readonly<Record<'added' | 'changed' | 'same', number>>;

/** What restoring does to the record. */
export interface Plan {
  /** When the file was made. */
  readonly createdAt: Date;
  /** Where the file is a case or opinions on one, not a backup. */
  readonly case: CaseHeader | undefined;
  readonly source: Source;
  /** The key that the file is signed with. */
  readonly record: RecordKey | undefined;
  /** The public key of the device that made and signed it; undefined where none did. */
  readonly device: string | undefined;
  readonly patient: Tally;
  readonly lesion: Tally;
  readonly visit: Tally;
  /** Opinions that belong to no whole visit here or in the file cannot be kept. */
  readonly opinion: Tally & { readonly homeless: number };
  /** Rows that are here in another version, and are added beside it under a new id. */
  readonly copies: number;
  /** What would change, value by value: the first `mostListed` of them. */
  readonly changes: readonly RowChange[];
  /** How many changes there are. */
  readonly allChanges: number;
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
  #begun = false;

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
      return new Restoration(record, file, await planOf(record, readBackup(file, options), 0));
    });
  }

  /** The next `mostListed` changes behind so many; reads the file again. @throws Failure */
  changesFrom(from: number, options: ReadOptions = {}): Promise<readonly RowChange[]> {
    return guarded(async () => {
      const { changes } = await planOf(this.#record, readBackup(this.#file, options), from);
      return changes;
    });
  }

  /** Does what the plan says. @throws Failure; what was restored until then stays, and is whole. */
  apply(options: ReadOptions = {}): Promise<void> {
    return guarded(async () => {
      await expectRoom(this.plan.bytes);
      const { source } = this.plan;
      const opened = await this.#record.store.open();
      if (source === 'first') await this.#adopt(opened);
      const batch = new Batch(this.#record, rightOf(source), senderOf(this.plan.case));
      const incoming = rightOf(source) === 'add' && newIncoming(this.#record, opened, source);
      for await (const item of readBackup(this.#file, options)) {
        await batch.add(incoming ? await incoming.fit(item) : item);
      }
      await batch.write();
    });
  }

  /**
   * The first backup of an empty record brings the record's key along, before any row: so a stop half-way leaves the
   * right to go on.
   */
  async #adopt(opened: Opened): Promise<void> {
    if (this.#begun) return;
    // Meanwhile somebody has begun a record of their own here.
    if (!(await isEmpty(opened))) throw new Failure('record-stale', 'not empty any more');
    this.#begun = true;
    const { record } = this.plan;
    if (record) await adoptRecordKey(this.#record.store, record);
  }
}

/** @param from how many changes come before those that are listed */
async function planOf(record: HealthRecord, items: AsyncGenerator<Item>, from: number): Promise<Plan> {
  const none = () => ({ added: 0, changed: 0, same: 0 });
  const tallies = { patient: none(), lesion: none(), visit: none() };
  const opinion = { ...none(), homeless: 0 };
  const opened = await record.store.open();
  const changes = new ChangeList(from);
  const { header, signed, rows } = await beginning(items);
  const source = await sourceOf(opened, header);
  const incoming = rightOf(source) === 'add' && newIncoming(record, opened, source);
  let bytes = 0;
  let proven = false;
  let device: string | undefined;
  const count = (of: keyof typeof tallies, { fate }: Standing) =>
    (tallies[of][fate === 'traced' ? 'same' : fate] += 1);
  const countOpinions = (ours: readonly Opinion[], theirs: readonly Opinion[]) => {
    const fresh = newOpinions(ours, theirs).length;
    opinion.added += fresh;
    opinion.same += theirs.length - fresh;
  };
  const right = rightOf(source);
  const joins = new KnownJoins();
  for await (const sent of rows) {
    const item = incoming ? await incoming.fit(sent) : sent;
    switch (item.kind) {
      case 'header':
        throw new Failure('backup-damaged', 'two headers');
      case 'patient': {
        const standing = await standingPatient(opened, item.patient, right);
        count('patient', standing);
        changes.add('patient', item.patient.id, standing);
        break;
      }
      case 'lesion': {
        const standing = await standingLesion(opened, item.lesion, right);
        count('lesion', standing);
        changes.add('lesion', item.lesion.id, standing);
        break;
      }
      case 'visit': {
        const isCovered = right === 'change' && (await joins.cover(opened, item.file));
        const own = isCovered ? undefined : await ownVisit(opened, item, right);
        if (!own) {
          tallies.visit.same += 1;
          break;
        }
        const standing = await standingVisit(opened, own.file, own.moved ? 'add' : right);
        count('visit', standing);
        changes.add('visit', own.file.id, standing);
        const { row, present } = standing;
        bytes += sizeOfNew(own, standing);
        if (row && !present && standing.fate === 'same') opinion.homeless += item.file.opinions.length;
        else countOpinions(present?.opinions ?? [], item.file.opinions);
        break;
      }
      case 'opinions': {
        const { present } = await standingOpinions(opened, item.opinions);
        if (present) countOpinions(present.opinions, item.opinions.opinions);
        else opinion.homeless += item.opinions.opinions.length;
        break;
      }
      case 'signature':
        proven = signed !== undefined && (await item.isOf(fromBase64(signed.key)));
        if (!proven) throw new Failure('backup-damaged', 'signature');
        ({ device } = item);
    }
  }
  // A file that says to be of this record must prove it.
  if (source === 'own' && !proven) throw new Failure('backup-damaged', 'no signature');
  return {
    createdAt: new Date(header.createdAt),
    case: header.case,
    source,
    record: proven ? signed : undefined,
    device,
    ...tallies,
    opinion,
    copies: incoming ? incoming.copies : 0,
    changes: changes.listed,
    allChanges: changes.count,
    bytes,
  };
}

/** The header, and the rest of the file. */
async function beginning(items: AsyncGenerator<Item>) {
  const { value: first } = (await items.next()) as IteratorResult<Item, undefined>;
  if (first?.kind !== 'header') throw new Failure('backup-foreign', 'no header');
  const { header } = first;
  return { header, signed: header.case ? undefined : header.record, rows: items };
}

async function sourceOf(opened: Opened, header: Header): Promise<Source> {
  if (header.case) return 'case';
  const own = await presentRecordKey(opened);
  const signed = header.record;
  if (signed && own?.id === signed.id && own.key === signed.key) return 'own';
  return (await isEmpty(opened)) ? 'first' : 'other';
}

async function isEmpty({ database }: Opened): Promise<boolean> {
  const stores = ['patients', 'lesions', 'examinations'] as const;
  const counts = await Promise.all(stores.map((store) => database.count(store)));
  return counts.every((count) => count === 0);
}

const rightOf = (source: Source): Right => (source === 'own' || source === 'first' ? 'change' : 'add');

function newIncoming(record: HealthRecord, opened: Opened, source: Source): Incoming {
  return new Incoming(opened, record.store.now(), source === 'case');
}

function senderOf(ofCase: CaseHeader | undefined): Sender {
  return ofCase ? { source: 'case', from: ofCase.from?.name ?? '' } : { source: 'backup' };
}

/** Rows that are written together: always of one kind, in the order of the file. */
class Batch {
  readonly #record: HealthRecord;
  readonly #right: Right;
  readonly #sender: Sender;
  readonly #joins = new KnownJoins();
  #items: Item[] = [];
  #bytes = 0;

  constructor(record: HealthRecord, right: Right, sender: Sender) {
    this.#record = record;
    this.#right = right;
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
    const of = <K extends Item['kind']>(kind: K) =>
      items.filter((item): item is Extract<Item, { kind: K }> => item.kind === kind);
    await writePatients(
      store,
      of('patient').map(({ patient }) => patient),
      this.#right,
    );
    await writeLesions(
      store,
      of('lesion').map(({ lesion }) => lesion),
      this.#right,
    );
    const opened = await store.open();
    const visits: WholeVisit[] = [];
    for (const visit of of('visit')) {
      if (this.#right === 'add' || !(await this.#joins.cover(opened, visit.file))) visits.push(visit);
    }
    await writeVisits(store, visits, this.#right, this.#sender);
    await writeOpinions(
      store,
      of('opinions').map(({ opinions }) => opinions),
      this.#sender,
    );
  }
}

function sizeOf(item: Item): number {
  if (item.kind !== 'visit') return 0;
  return item.images.reduce((sum, { length }) => sum + length, item.thumbnail.length);
}

/** Bytes of the pictures that are not here yet, and of the thumbnail with them. */
function sizeOfNew({ file, images, thumbnail }: WholeVisit, { missing }: JoinedVisit): number {
  if (missing.length === 0) return 0;
  const fresh = missing.map((picture) => file.pictures.indexOf(picture));
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
