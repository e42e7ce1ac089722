/**
 * Pictures whose diagnosis is known, as a zip that `npm run evaluate` reads and, unpacked, training/ takes as a data set
 * (`--data NAME=DIR`): `labels.csv` beside the pictures, with the columns `file`, `dx` and those of the ISIC archive's
 * data dictionary. Names, notes, references and dates stay out; patients and lesions are numbered, so that pictures of
 * one lesion or patient do not end up on both sides of a split.
 */
import type { VisitRecord } from '../../../domain/visit/visit';
import { ZipWriter, type Bytes } from '../backup/zip';
import type { HealthRecord } from '../../record';
import { guarded } from '../../rows/record-store';
import type { IsoDay } from '../../../domain/calendar/calendar';
import { csvOf, type Cell } from './csv';
import { isicCells, isicColumns } from './isic';
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
  ...isicColumns,
  'crop_x',
  'crop_y',
  'crop_side',
] as const;

/** @throws Failure */
export function trainingSet(record: HealthRecord, options: ExportOptions): Promise<TrainingSet> {
  return guarded(async () => {
    const zip = new ZipWriter(new Date(1980, 0, 1));
    const parts: BlobPart[] = [];
    const labels: Cell[][] = [];
    const [lesions, patients] = [new Numbers('lesion'), new Numbers('patient')];
    const firstDays = new Map<string, IsoDay>();
    for await (const { visit, lesion, patient } of ownedVisits(record, options)) {
      const truth = visit.damaged ? undefined : truthOf(visit);
      if (visit.damaged || !truth) continue;
      // Whoever keeps no patients or lesions has them one by one.
      const lesionId = visit.lesion ?? visit.id;
      const owner = visit.patient ?? lesionId;
      for (const picture of visit.pictures) {
        const image = await record.visits.image(picture.id);
        if (!image) continue;
        const imageId = `image_${padded(labels.length + 1)}`;
        const file = `${imageId}.${image.type === 'image/jpeg' ? 'jpg' : image.type.replace('image/', '')}`;
        const data: Bytes = new Uint8Array(await image.arrayBuffer());
        // A Blob of its own, which the browser may keep on the disk.
        parts.push(new Blob([zip.entry({ name: file, data }, false)]));
        const firstDay = firstDays.get(owner) ?? picture.capturedOn;
        firstDays.set(owner, firstDay);
        labels.push([
          file,
          truth.code,
          imageId,
          lesions.of(lesionId),
          visit.patient === undefined ? null : patients.of(visit.patient),
          ...isicCells({ ...truth, picture, place: lesion?.place, patient, firstDay }),
          picture.frame.x,
          picture.frame.y,
          picture.frame.side,
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
    ? { code: found.code, by: histology ? ('histology' as const) : ('diagnosis' as const) }
    : undefined;
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
