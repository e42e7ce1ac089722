/** A line for every visit, for a spreadsheet. */
import { warningSigns } from '../../../domain/warning-signs';
import type { Urgency } from '../../../domain/advice';
import { leadOf, namedBy, urgencyOf, type Lead } from '../../../domain/leading';
import type { ConditionKind } from '../../../domain/pack/words';
import type { Diagnosis, PictureRecord, VisitRecord } from '../../../domain/visit/visit';
import { leadingPicture } from '../../../domain/visit/visit-advice';
import type { HealthRecord } from '../../record';
import { guarded } from '../../rows/record-store';
import { csvOf, typed, type Cell } from './csv';
import { ownedVisits, type ExportOptions, type OwnedVisit } from './owned-visits';

interface CsvOptions extends ExportOptions {
  /** Whether the file begins with a byte order mark, as Excel wants it. */
  readonly mark: boolean;
  /** What a condition calls for; an unknown one should count as malignant. */
  readonly kindOf: (code: string) => ConditionKind;
}

interface Csv {
  readonly file: Blob;
  readonly visits: number;
  /** Visits that cannot be read, and have only their id and time. */
  readonly damaged: number;
}

interface Line extends OwnedVisit {
  readonly visit: VisitRecord;
  /** Its leading picture. */
  readonly picture: PictureRecord;
  readonly lead: Lead | undefined;
  /** The advice, the diagnosis counted. */
  readonly urgency: Urgency | undefined;
}

/**
 * The columns of the diagnosis come before the prediction of the leading picture. Lengths are in millimetres where
 * the scale of that picture is known.
 */
const columns: readonly (readonly [name: string, cell: (line: Line) => Cell])[] = [
  ['patient', ({ patient }) => typed(patient?.name)],
  ['reference', ({ patient }) => typed(patient?.reference)],
  ['born', ({ patient }) => patient?.born],
  ['sex', ({ patient }) => patient?.sex],
  ['skin_type', ({ patient }) => patient?.skinType],
  ['lesion_id', ({ visit }) => visit.lesion],
  ['lesion', ({ lesion }) => typed(lesion?.name)],
  ['body_view', ({ lesion }) => lesion?.place?.view],
  ['body_x', ({ lesion }) => lesion?.place?.x],
  ['body_y', ({ lesion }) => lesion?.place?.y],
  ['next_check', ({ lesion }) => lesion?.nextCheck],
  ['lead', ({ lead }) => lead?.code],
  ['lead_by', ({ lead }) => lead?.source],
  ['urgency', ({ urgency }) => urgency],
  ...finding('histology'),
  ...finding('diagnosis'),
  ['pictures', ({ visit }) => visit.pictures.length],
  ['kinds', ({ visit }) => visit.pictures.map(({ kind }) => kind).join(' ')],
  ['source', ({ picture }) => picture.source],
  ['pack', ({ picture }) => picture.reading.pack.id],
  ['pack_version', ({ picture }) => picture.reading.pack.version],
  ['accepted', ({ picture }) => picture.reading.accepted],
  ['top', ({ picture }) => picture.reading.top],
  ['set', ({ picture }) => picture.reading.set.join(' ')],
  ['quality', ({ picture }) => picture.reading.quality.join(' ')],
  ['triage', ({ visit }) => visit.triage?.step],
  ['impression', ({ visit }) => visit.impression?.view],
  ['impression_code', ({ visit }) => visit.impression?.code],
  ['impression_confidence', ({ visit }) => visit.impression?.confidence],
  ['impression_after_result', ({ visit }) => visit.impression?.afterResult],
  ...warningSigns.map((sign) => [`sign_${sign}`, ({ visit }: Line) => visit.checklist?.[sign]] as const),
  ['diameter_mm', ({ picture }) => picture.measures?.longestDiameter.millimetres],
  ['area_mm2', ({ picture }) => picture.measures?.area.millimetres],
  ['abcd_total', ({ picture }) => picture.measures?.abcd.total],
  ['note', ({ visit }) => typed(visit.note)],
];

function finding(of: 'diagnosis' | 'histology'): [string, (line: Line) => Cell][] {
  const cell = (read: (found: Diagnosis) => Cell) => (line: Line) => {
    const found = line.visit[of];
    return found && read(found);
  };
  return [
    [of, cell(({ code }) => code)],
    [`${of}_text`, cell(({ text }) => typed(text))],
    [`${of}_date`, cell(({ date }) => date)],
  ];
}

/** @throws Failure */
export function visitsCsv(record: HealthRecord, { mark, kindOf, ...options }: CsvOptions): Promise<Csv> {
  return guarded(async () => {
    const lines: { readonly cells: Cell[]; readonly chances: ReadonlyMap<string, number> }[] = [];
    // Of every pack that has read a picture.
    const codes = new Set<string>();
    let damaged = 0;
    for await (const { visit, ...owners } of ownedVisits(record, options)) {
      const key = [visit.id, visit.createdAt.toISOString(), visit.day, visit.damaged];
      if (visit.damaged) {
        damaged += 1;
        lines.push({ cells: [...key, ...columns.map(() => null)], chances: new Map() });
        continue;
      }
      const named = namedBy(visit);
      const line: Line = {
        ...owners,
        visit,
        picture: leadingPicture(visit.pictures),
        lead: leadOf(named),
        urgency: urgencyOf(named, named.triage, kindOf),
      };
      const { probabilities } = line.picture.reading;
      const chances = new Map(probabilities.map(({ code, probability }) => [code, probability]));
      for (const code of chances.keys()) codes.add(code);
      lines.push({ cells: [...key, ...columns.map(([, cell]) => cell(line))], chances });
    }
    const classes = [...codes].sort();
    const head = [
      'id',
      'time_utc',
      'day',
      'damaged',
      ...columns.map(([name]) => name),
      ...classes.map((code) => `p_${code}`),
    ];
    const rows = lines.map(({ cells, chances }) => [...cells, ...classes.map((code) => chances.get(code))]);
    const file = new Blob([csvOf([head, ...rows], { mark })], { type: 'text/csv;charset=utf-8' });
    return { file, visits: lines.length, damaged };
  });
}
