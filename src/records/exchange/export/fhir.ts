/**
 * Chosen cases as one FHIR R4 bundle (collection), for systems that keep patients' files. Pictures stand in it as
 * base64: one file that every reader takes whole, where links into a zip would need a server to resolve them. It is
 * put together a resource at a time, so that no more than one picture is in memory.
 */
import type { FhirResource } from 'fhir/r4';
import { toBase64 } from '../../../base64';
import { derivedId } from '../derived-id';
import type { Prediction } from '../../../domain/prediction';
import { byDay, type DamagedVisit, type Visit } from '../../../domain/visit/visit';
import type { Lesion } from '../../../domain/lesion';
import type { HealthRecord } from '../../record';
import { openLesion, openPatient, whole } from '../../crypto/sealed';
import { pseudonyms, wordless } from '../case/pseudonym';
import { guarded, type Opened } from '../../rows/record-store';
import {
  bodyStructure,
  contextOf,
  device,
  findingObservation,
  media,
  patientResource,
  readingObservation,
  report,
  type FhirWords,
} from './fhir-resources';
import type { ExportOptions } from './owned-visits';

interface FhirOptions extends ExportOptions {
  /** Ids; undefined for what belongs to no patient. */
  readonly patients: readonly (string | undefined)[];
  /** Leaves out what sharing without names leaves out; see case/pseudonym.ts. */
  readonly pseudonymised: boolean;
  /** What a patient is called whose name is left out, by its code. */
  readonly nameOf: (code: string) => string;
  readonly words: FhirWords;
}

interface FhirFile {
  readonly file: Blob;
  readonly visits: number;
  /** Rows that cannot be read, and are not in the file. */
  readonly damaged: number;
}

/** @throws Failure */
export function fhirBundle(record: HealthRecord, options: FhirOptions): Promise<FhirFile> {
  return guarded(async () => {
    const head = { resourceType: 'Bundle', type: 'collection', timestamp: record.store.now().toISOString() };
    const parts: BlobPart[] = [`${JSON.stringify(head).slice(0, -1)},"entry":[`];
    const writer = new CaseWriter(record, options, (resource) => {
      const entry = { fullUrl: `urn:uuid:${resource.id ?? ''}`, resource };
      // A Blob of its own, which the browser may keep on the disk.
      parts.push(new Blob([parts.length > 1 ? ',' : '', JSON.stringify(entry)]));
    });
    const ids = await Promise.all(options.patients.map((patient) => writer.visitsOf(patient)));
    const total = ids.reduce((sum, { length }) => sum + length, 0);
    let done = 0;
    for (const [at, patient] of options.patients.entries()) {
      options.signal?.throwIfAborted();
      await writer.write(patient, ids[at] ?? [], () => options.onProgress?.((done += 1), total));
    }
    parts.push(']}');
    const file = new Blob(parts, { type: 'application/fhir+json' });
    return { file, visits: writer.visits, damaged: writer.damaged };
  });
}

class CaseWriter {
  readonly #record: HealthRecord;
  readonly #options: FhirOptions;
  readonly #put: (resource: FhirResource) => void;
  readonly #devices = new Set<string>();
  visits = 0;
  damaged = 0;

  constructor(record: HealthRecord, options: FhirOptions, put: (resource: FhirResource) => void) {
    this.#record = record;
    this.#options = options;
    this.#put = put;
  }

  /** Ids, oldest first. */
  async visitsOf(patient: string | undefined): Promise<string[]> {
    const { database } = await this.#record.store.open();
    if (patient !== undefined) {
      const rows = await database.getAllFromIndex('examinations', 'patient', patient);
      return rows.sort(byDay).map(({ id }) => id);
    }
    // No index finds what has no patient.
    const rows = await database.getAllFromIndex('examinations', 'day');
    return rows.filter((row) => row.patient === undefined).map(({ id }) => id);
  }

  async write(patient: string | undefined, visits: readonly string[], tell: () => void): Promise<void> {
    const opened = await this.#record.store.open();
    // Whoever has no patients is the same person in every file of this record.
    const id = patient ?? (await derivedId(`owner of record ${opened.keyId}`));
    this.#put(patientResource(id, await this.#patient(opened, patient)));
    const lesions = new Map<string, Lesion>();
    for (const row of await this.#lesionRows(opened, patient)) {
      const lesion = await whole(openLesion(opened.key, row), undefined);
      if (!lesion) this.damaged += 1;
      else {
        const shown = this.#options.pseudonymised ? { ...lesion, name: '', note: '' } : lesion;
        lesions.set(lesion.id, lesion);
        this.#put(bodyStructure(shown, id, this.#options.words));
      }
    }
    for (const one of visits) {
      this.#options.signal?.throwIfAborted();
      const visit = await this.#record.visits.get(one);
      if (visit) await this.#visit(visit, id, lesions);
      tell();
    }
  }

  #lesionRows({ database }: Opened, patient: string | undefined) {
    if (patient !== undefined) return database.getAllFromIndex('lesions', 'patient', patient);
    return database.getAll('lesions').then((rows) => rows.filter((row) => row.patient === undefined));
  }

  async #patient({ database, key }: Opened, id: string | undefined) {
    const row = id === undefined ? undefined : await database.get('patients', id);
    const patient = row && (await whole(openPatient(key, row), undefined));
    if (row && !patient) this.damaged += 1;
    const { pseudonymised, nameOf } = this.#options;
    return patient && pseudonymised ? pseudonyms(nameOf).patient(patient) : patient;
  }

  async #visit(
    visit: Visit | DamagedVisit,
    patient: string,
    lesions: ReadonlyMap<string, Lesion>,
  ): Promise<void> {
    if (visit.damaged) {
      this.damaged += 1;
      return;
    }
    this.visits += 1;
    const { words, pseudonymised } = this.#options;
    const lesion = visit.lesion === undefined ? undefined : lesions.get(visit.lesion);
    const context = contextOf(patient, lesion, visit, words);
    const shown = pseudonymised
      ? {
          ...visit,
          note: '',
          diagnosis: wordless(visit.diagnosis),
          histology: wordless(visit.histology),
        }
      : visit;
    // The most certain comes first.
    const observations: string[] = [];
    for (const of of ['histology', 'diagnosis'] as const) {
      const found = shown[of];
      if (!found) continue;
      const id = await derivedId(`${of} of ${visit.id}`);
      this.#put(findingObservation(id, of, found, context, words));
      observations.push(id);
    }
    for (const picture of visit.pictures) {
      const base64 = toBase64(new Uint8Array(await picture.image.arrayBuffer()));
      this.#put(media(picture, context, { type: picture.image.type, base64 }));
      const reading = await derivedId(`reading of ${picture.id}`);
      const model = await this.#device(modelOf(picture.reading));
      this.#put(readingObservation(reading, picture, context, model, words));
      observations.push(reading);
    }
    // A picture may have the id of its visit.
    const id = await derivedId(`report of ${visit.id}`);
    const pictures = visit.pictures.map((picture) => picture.id);
    this.#put(report(id, shown, context, { observations, pictures }, words));
  }

  /** The pack as a device, put in once. */
  async #device(pack: { readonly id: string; readonly version: string }): Promise<string> {
    const id = await derivedId(`pack ${pack.id} ${pack.version}`);
    if (!this.#devices.has(id)) this.#put(device(id, pack));
    this.#devices.add(id);
    return id;
  }
}

/** A head that was learnt on the device makes another version of the model. */
function modelOf({ pack, head }: Prediction): Prediction['pack'] {
  if (!head) return pack;
  return { ...pack, version: `${pack.version}, adapted ${new Date(head.createdAt).toISOString()}` };
}
