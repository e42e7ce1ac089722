/** What is known of a case as FHIR R4 resources (https://hl7.org/fhir/R4); pure. */
import type {
  BodyStructure,
  CodeableConcept,
  Device,
  DiagnosticReport,
  Media,
  Observation,
  ObservationComponent,
  Patient as PatientResource,
  Quantity,
  Reference,
} from 'fhir/r4';
import { asIsoDay, type IsoDay } from '../../../domain/calendar/calendar';
import type { Urgency } from '../../../domain/advice';
import { leadOf, namedBy, urgencyOf } from '../../../domain/leading';
import type { ConditionKind, PackWords } from '../../../domain/pack/words';
import type { VisitRecord, Diagnosis, PictureRecord } from '../../../domain/visit/visit';
import type { BodyPlace, Lesion } from '../../../domain/lesion';
import type { PatientFields } from '../../../domain/patient';

/** The words of a bundle. Places and classes are texts: no code system is claimed for them. */
export interface FhirWords {
  place(place: BodyPlace): string;
  /** @param pack names the conditions of a visit, where the app has no words for them */
  className(code: string, pack: PackWords | undefined): string;
  step(step: Urgency): string;
  /** What a condition calls for; an unknown one should count as malignant. */
  kindOf(code: string, pack: PackWords | undefined): ConditionKind;
  /** Says that a probability of a model is no diagnosis. */
  readonly caution: string;
}

/** A system of units that R4 readers know. */
const ucum = 'http://unitsofmeasure.org';

/**
 * A FHIR string: without control characters and broken ones, and no space but those that the format allows; undefined when blank.
 * https://hl7.org/fhir/R4/datatypes.html#string
 */
export function fhirText(value: string | undefined | null): string | undefined {
  const clean = (value ?? '')
    // A surrogate without its other half is no character.
    .replace(/[^\P{Cc} \r\n\t]|\p{Cs}/gu, '')
    .replace(/[^\S \r\n\t]/g, ' ')
    .trim();
  return clean === '' ? undefined : clean;
}

function reference(id: string): Reference {
  return { reference: `urn:uuid:${id}` };
}

/** Whoever keeps no patients is a patient of whom nothing is said. */
export function patientResource(id: string, patient: PatientFields | undefined): PatientResource {
  const name = fhirText(patient?.name);
  const number = fhirText(patient?.reference);
  return {
    resourceType: 'Patient',
    id,
    ...(number && { identifier: [{ value: number }] }),
    ...(name && { name: [{ text: name }] }),
    ...(patient?.sex && { gender: patient.sex }),
    ...(patient?.born && asIsoDay(patient.born) && { birthDate: patient.born }),
  };
}

export function bodyStructure(
  { id, name, place, note }: Pick<Lesion, 'id' | 'name' | 'place' | 'note'>,
  patient: string,
  words: FhirWords,
): BodyStructure {
  const description = fhirText([name, note].filter(Boolean).join('\n'));
  return {
    resourceType: 'BodyStructure',
    id,
    active: true,
    ...(place && { location: { text: placeText(place, words) } }),
    ...(description && { description }),
    patient: reference(patient),
  };
}

/** The place by its name, and by where it stands on the drawing. */
function placeText(place: BodyPlace, words: FhirWords): string {
  const { view, x, y } = place;
  return `${words.place(place)} (drawing: ${view}, x ${x.toFixed(3)}, y ${y.toFixed(3)})`;
}

export function device(
  id: string,
  { id: pack, version }: { readonly id: string; readonly version: string },
): Device {
  return {
    resourceType: 'Device',
    id,
    status: 'active',
    deviceName: [{ name: pack, type: 'model-name' }],
    type: { text: 'Software that estimates the condition that a picture shows' },
    version: [{ value: version }],
  };
}

/** @param picture Base64 of the picture, which stands in the bundle itself */
export function media(
  { id, size, capturedOn }: PictureRecord,
  { patient, place }: Context,
  picture: { readonly type: string; readonly base64: string },
): Media {
  return {
    resourceType: 'Media',
    id,
    status: 'completed',
    type: { text: 'Photograph' },
    subject: reference(patient),
    createdDateTime: capturedOn,
    ...(place && { bodySite: place }),
    ...(size.width > 0 && { width: size.width }),
    ...(size.height > 0 && { height: size.height }),
    content: { contentType: picture.type, data: picture.base64, creation: capturedOn },
  };
}

/** What the resources of one visit have in common. */
export interface Context {
  /** Id of its resource. */
  readonly patient: string;
  readonly place: CodeableConcept | undefined;
  /** The day that the visit is about. */
  readonly day: IsoDay;
  /** Names the conditions, where the app has no words for them. */
  readonly pack: PackWords | undefined;
}

export function contextOf(
  patient: string,
  lesion: Pick<Lesion, 'place'> | undefined,
  { day, pictures }: VisitRecord,
  words: FhirWords,
): Context {
  const place = lesion?.place ? { text: placeText(lesion.place, words) } : undefined;
  return { patient, place, day, pack: pictures[0].reading.words };
}

/** The reading of one picture, a component for each class and each length that was measured. */
export function readingObservation(
  id: string,
  { id: picture, reading, measures }: PictureRecord,
  { patient, place, day }: Context,
  device: string,
  words: FhirWords,
): Observation {
  const { probabilities, accepted, quality, top } = reading;
  const lengths: ObservationComponent[] = [
    measured('Longest diameter', measures?.longestDiameter.millimetres, 'mm'),
    measured('Area', measures?.area.millimetres, 'mm2'),
  ].filter((component) => component !== undefined);
  const remarks = [
    words.caution,
    ...(accepted ? [] : ['The model did not recognise in the picture what it reads.']),
    ...(quality.length > 0 ? [`Picture quality: ${quality.join(', ')}.`] : []),
  ];
  return {
    resourceType: 'Observation',
    id,
    status: 'preliminary',
    code: { text: 'Probabilities of conditions, estimated by a model' },
    subject: reference(patient),
    effectiveDateTime: day,
    ...(place && { bodySite: place }),
    device: reference(device),
    derivedFrom: [reference(picture)],
    valueCodeableConcept: classConcept(top, words, reading.words),
    note: remarks.map((text) => ({ text })),
    component: [
      ...probabilities.map(({ code, probability }) => ({
        code: classConcept(code, words, reading.words),
        valueQuantity: quantity(probability, '1'),
      })),
      ...lengths,
    ],
  };
}

function measured(name: string, value: number | undefined, unit: string): ObservationComponent | undefined {
  return value === undefined ? undefined : { code: { text: name }, valueQuantity: quantity(value, unit) };
}

function quantity(value: number, unit: string): Quantity {
  return { value, ...(unit !== '1' && { unit }), system: ucum, code: unit };
}

function classConcept(code: string, words: FhirWords, pack: PackWords | undefined): CodeableConcept {
  const display = fhirText(words.className(code, pack)) ?? code;
  return { coding: [{ code, display }], text: display };
}

/** What a person or a laboratory found. */
export function findingObservation(
  id: string,
  of: 'diagnosis' | 'histology',
  { code, text, date }: Diagnosis,
  { patient, place, pack }: Context,
  words: FhirWords,
): Observation {
  const said = fhirText(text);
  const found = code === null ? { text: said ?? 'Not stated' } : classConcept(code, words, pack);
  return {
    resourceType: 'Observation',
    id,
    status: 'final',
    code: { text: of === 'diagnosis' ? 'Clinical diagnosis' : 'Histology' },
    subject: reference(patient),
    ...(asIsoDay(date) && { effectiveDateTime: date }),
    ...(place && { bodySite: place }),
    valueCodeableConcept: found,
    ...(said && code !== null && { note: [{ text: said }] }),
  };
}

/** What came of a visit: its diagnosis leads, what the model says follows. */
export function report(
  id: string,
  visit: VisitRecord,
  { patient, day, pack }: Context,
  {
    observations,
    pictures,
  }: { readonly observations: readonly string[]; readonly pictures: readonly string[] },
  words: FhirWords,
): DiagnosticReport {
  const named = namedBy(visit);
  const urgency = urgencyOf(named, named.triage, (code) => words.kindOf(code, pack));
  const lead = leadOf(named);
  const found = [
    findingText('Histology', visit.histology, words, pack),
    findingText('Clinical diagnosis', visit.diagnosis, words, pack),
  ];
  const conclusion = [...found, urgency && words.step(urgency), words.caution, visit.note]
    .map(fhirText)
    .filter(Boolean);
  const isFound = lead && lead.source !== 'prediction' && lead.code !== '';
  return {
    resourceType: 'DiagnosticReport',
    id,
    status: 'preliminary',
    code: { text: 'Result of a model for pictures' },
    subject: reference(patient),
    effectiveDateTime: day,
    result: observations.map(reference),
    media: pictures.map((picture) => ({ link: reference(picture) })),
    conclusion: conclusion.join('\n'),
    // A prediction is no conclusion.
    ...(isFound && { conclusionCode: [classConcept(lead.code, words, pack)] }),
  };
}

function findingText(
  title: string,
  found: Diagnosis | null,
  words: FhirWords,
  pack: PackWords | undefined,
): string | undefined {
  if (!found) return undefined;
  const name = found.code === null ? '' : words.className(found.code, pack);
  return `${title}: ${[name, found.text].filter(Boolean).join(', ')}`;
}
