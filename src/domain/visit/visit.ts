import type { IsoDay } from '../calendar/calendar';
import type { Crop, Size } from '../crop';
import type { Impression } from '../impression';
import type { Lineage } from '../lineage/lineage';
import type { Measures } from '../outline/measures';
import type { Outline } from '../outline/outline';
import type { PackNames } from '../pack/words';
import type { PictureKind } from '../picture-kind';
import type { Prediction } from '../prediction';
import type { WarningSigns } from '../warning-signs';
import type { Advice, Urgency } from '../advice';
import type { PictureRemovals } from './picture-removals';

/** By the id of each visit that was joined: the highest marks of it that were seen then, as in its lineage. */
export type Joins = Readonly<Record<string, Lineage['seen']>>;

/** Where the picture came from. */
export type PictureSource = 'file' | 'camera' | 'shared' | 'sample';

/** What is known of every record, whole or damaged. */
export interface VisitKey {
  readonly id: string;
  /** When it was written down. */
  readonly createdAt: Date;
  /** The day that it is about: that on which its pictures were taken. */
  readonly day: IsoDay;
}

/** Sorts visits by their day, then by when they were written down: the oldest first. */
export function byDay(a: VisitKey, b: VisitKey): number {
  if (a.day !== b.day) return a.day < b.day ? -1 : 1;
  const later = a.createdAt.getTime() - b.createdAt.getTime();
  if (later !== 0) return later;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

/** Whose visit it is, and of what: both absent in the photo album of one person. */
export interface Assignment {
  readonly patient: string | undefined;
  readonly lesion: string | undefined;
}

/** What a person found, or a laboratory. */
export interface Diagnosis {
  /** A condition's code; null for a finding outside the pack's conditions. */
  readonly code: string | null;
  readonly text: string;
  /** The day of it, an ISO date. */
  readonly date: string;
}

/** A finding in a summary: a condition's code, empty for a finding outside the pack's conditions; undefined without one. */
export function diagnosisCode(finding: Diagnosis | null): string | undefined {
  return finding ? (finding.code ?? '') : undefined;
}

/** What somebody thinks of a visit: kept beside what its owner wrote, with a name and a time of its own. */
export interface Opinion {
  readonly id: string;
  readonly author: string;
  /** Milliseconds of the epoch. */
  readonly writtenAt: number;
  /** A class code of the pack; null for none of them. */
  readonly code: string | null;
  readonly note: string;
  /** Who signed it with the key of their device; absent in what earlier versions wrote. */
  readonly signature?: OpinionSignature;
}

/** An Ed25519 signature, its parts in hexadecimal; see records/exchange/opinion-signature.ts. */
interface OpinionSignature {
  /** Id of the visit that it was written on. */
  readonly visit: string;
  /** When it was written, as signed: the opinion's own time is earlier where this was in the future when it came. */
  readonly writtenAt: number;
  readonly key: string;
  readonly signature: string;
}

/** What came in a file that somebody sent and nobody here has looked at yet. */
export interface Arrival {
  /** The sender of a case, as its file says; empty where it does not. */
  readonly from: string;
  /** Whether the visit itself came, or pictures of it. */
  readonly visit: boolean;
  /** Ids of the opinions that came. */
  readonly opinions: readonly string[];
}

/** What a person says to a visit, and what came of it. */
export interface Remarks {
  /** What was answered about the spot; null where nobody was asked. */
  readonly checklist: WarningSigns | null;
  /** The step that was shown. */
  readonly triage: Advice | null;
  readonly note: string;
  /** The clinician's own diagnosis. */
  readonly diagnosis: Diagnosis | null;
  readonly histology: Diagnosis | null;
  /** What was thought of it before the result was shown; null where nobody was asked. */
  readonly impression: Impression | null;
}

/** An arrival with the names of those whose opinions came. */
export interface ArrivedSummary extends Arrival {
  readonly authors: readonly string[];
}

/** What the list needs of a visit; cheap to decrypt. */
export interface VisitSummary extends VisitKey, Assignment {
  readonly damaged: false;
  readonly revision: number;
  /** Time of the last change, milliseconds of the epoch. */
  readonly updatedAt: number;
  readonly source: PictureSource;
  /** Of the leading picture (`leadingPicture`): code of the likeliest condition and its calibrated probability, 0..1. */
  readonly top: string;
  /** Names the conditions; absent where the app has words of its own. */
  readonly words?: PackNames;
  readonly probability: number;
  readonly accepted: boolean;
  /** Whether the screening operating point was reached. */
  readonly flagged: boolean;
  readonly triage: Urgency | undefined;
  /** Whether calm advice waits for answers about the warning signs, where they are asked before it is shown. */
  readonly waits: boolean;
  readonly hasNote: boolean;
  /** As `diagnosisCode`. */
  readonly diagnosis: string | undefined;
  readonly histology: string | undefined;
  readonly impression: Impression | undefined;
  /** How many pictures it has. */
  readonly pictures: number;
  /** What is new in it; null once it was looked at. */
  readonly arrival: ArrivedSummary | null;
}

export interface PicturedSummary extends VisitSummary {
  readonly thumbnail: Blob;
}

/** A record that can no longer be decrypted or understood; all that can be done is to delete it. */
export interface DamagedVisit extends VisitKey, Assignment {
  readonly damaged: true;
}

/** What is measured in a picture, after it was read. */
export interface Measurement {
  readonly outline?: Outline;
  readonly measures?: Measures;
}

/** One picture and what was read from it. */
export interface PictureRecord extends Measurement {
  readonly id: string;
  /** Where what is known of it comes from; absent where nothing of it was ever changed. */
  readonly lineage?: Lineage | undefined;
  readonly source: PictureSource;
  readonly kind: PictureKind;
  /** The day on which it was taken. */
  readonly capturedOn: IsoDay;
  readonly reading: Prediction;
  readonly size: Size;
  /** The classified square in pixels of the picture. */
  readonly frame: Crop;
}

export interface Picture extends PictureRecord {
  /** Upright, without metadata. */
  readonly image: Blob;
}

/** A visit to one lesion: its pictures with their predictions, and the person's remarks. */
export interface VisitRecord extends VisitKey, Assignment, Remarks {
  readonly damaged: false;
  readonly revision: number;
  /** Time of the last change, milliseconds of the epoch. */
  readonly updatedAt: number;
  /** Where each field comes from; absent in what was written before that was kept. */
  readonly lineage?: Lineage | undefined;
  /** The visits that have become part of it. */
  readonly joined?: Joins | undefined;
  /** Which of its pictures were removed. */
  readonly removals?: PictureRemovals | undefined;
  /** Oldest first. */
  readonly opinions: readonly Opinion[];
  /** The first is the one that lists show. */
  readonly pictures: readonly [PictureRecord, ...PictureRecord[]];
}

/** With the pictures themselves. */
export interface Visit extends VisitRecord {
  readonly pictures: readonly [Picture, ...Picture[]];
  readonly thumbnail: Blob;
}

export interface NewPicture extends Measurement {
  /** The id of the new picture, if the caller needs to know it in advance. */
  readonly pictureId?: string;
  readonly source: PictureSource;
  /** The one that `proposedKind` proposes when absent. */
  readonly kind?: PictureKind;
  /** The visit's day when absent. */
  readonly capturedOn?: IsoDay;
  readonly reading: Prediction;
  readonly picture: Blob;
  readonly size: Size;
  readonly frame: Crop;
}

/** A visit with its first picture. */
export interface NewVisit extends NewPicture, Partial<Assignment>, Partial<Remarks> {
  /** The day on which its picture was taken, or today, when absent. */
  readonly day?: IsoDay;
  readonly thumbnail: Blob;
}
