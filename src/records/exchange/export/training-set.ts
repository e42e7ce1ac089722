/**
 * Pictures whose diagnosis is known, as a zip that `npm run evaluate` and training/ read: `labels.csv` with the
 * columns `file,dx,…` beside the pictures. Names, notes, references and dates stay out; patients and lesions are
 * numbered, so that pictures of one lesion do not end up on both sides of a split.
 */
import type { VisitRecord } from '../../../domain/visit/visit';
import { ZipWriter, type Bytes } from '../backup/zip';
import type { HealthRecord } from '../../record';
import { guarded } from '../../rows/record-store';
import { csvOf, type Cell } from './csv';
import { ownedVisits, type ExportOptions } from './owned-visits';

interface TrainingSet {
  readonly file: Blob;
  readonly pictures: number;
}

const columns = [
  'file',
  'dx',
  'image_id',
  'lesion_id',
  'patient_id',
  'confirmed_by',
  'age',
  'sex',
  'localization',
  'kind',
  'skin_type',
  'frame_x',
  'frame_y',
  'frame_side',
] as const;

/** @throws Failure */
export function trainingSet(record: HealthRecord, options: ExportOptions): Promise<TrainingSet> {
  return guarded(async () => {
    const zip = new ZipWriter(new Date(1980, 0, 1));
    const parts: BlobPart[] = [];
    const labels: Cell[][] = [];
    const [lesions, patients] = [new Numbers('lesion'), new Numbers('patient')];
    for await (const { examination, lesion, patient } of ownedVisits(record, options)) {
      const truth = examination.damaged ? undefined : truthOf(examination);
      if (examination.damaged || !truth) continue;
      for (const { id, kind, capturedOn, frame } of examination.pictures) {
        const image = await record.visits.image(id);
        if (!image) continue;
        const imageId = `image_${padded(labels.length + 1)}`;
        const file = `${imageId}.${image.type === 'image/jpeg' ? 'jpg' : image.type.replace('image/', '')}`;
        const data: Bytes = new Uint8Array(await image.arrayBuffer());
        // A Blob of its own, which the browser may keep on the disk.
        parts.push(new Blob([zip.entry({ name: file, data }, false)]));
        labels.push([
          file,
          truth.code,
          imageId,
          // Whoever keeps no lesions has them one by one.
          lesions.of(examination.lesion ?? examination.id),
          examination.patient === undefined ? null : patients.of(examination.patient),
          truth.by,
          age(patient?.born, new Date(capturedOn)),
          patient?.sex,
          lesion?.place?.view,
          kind,
          patient?.skinType,
          frame.x,
          frame.y,
          frame.side,
        ]);
      }
    }
    const table = new TextEncoder().encode(csvOf([columns, ...labels], { mark: false }));
    parts.push(zip.entry({ name: 'labels.csv', data: table }, true), zip.end());
    return { file: new Blob(parts, { type: 'application/zip' }), pictures: labels.length };
  });
}

/** The laboratory's word counts before the clinician's. */
function truthOf({ histology, diagnosis }: VisitRecord) {
  const found = histology ?? diagnosis;
  return found && found.code !== null
    ? { code: found.code, by: histology ? ('histology' as const) : ('clinician' as const) }
    : undefined;
}

/** Full years, to the next five, as the public data sets have it. */
function age(born: string | null | undefined, at: Date): number | null {
  if (!born) return null;
  const years = (at.getTime() - Date.parse(born)) / (365.25 * 24 * 60 * 60 * 1000);
  return Math.max(0, Math.round(years / 5) * 5);
}

const padded = (number: number) => String(number).padStart(6, '0');

class Numbers {
  readonly #prefix: string;
  readonly #given = new Map<string, string>();

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  of(id: string): string {
    const known = this.#given.get(id) ?? `${this.#prefix}_${padded(this.#given.size + 1)}`;
    this.#given.set(id, known);
    return known;
  }
}
