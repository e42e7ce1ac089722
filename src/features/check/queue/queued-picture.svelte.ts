import type { Draft } from '../../../app/drafts/draft.svelte';
import type { Failure } from '../../../failure';
import type { Crop, Size } from '../../../domain/crop';
import type { Impression } from '../../../domain/impression';
import { m } from '../../../i18n/paraglide/messages.js';
import type { QualityIssue, Prediction } from '../../../domain/prediction';
import type { IsoDay } from '../../../domain/calendar/calendar';
import { proposedKind } from '../../../domain/picture-kind';
import type { PictureRecord, PictureSource } from '../../../domain/visit/visit';
import { noAnswers, type WarningSigns } from '../../../domain/warning-signs';
import { nobody, type Subject } from '../../../app/subject.svelte';
import type { AdvisedPicture } from '../../visit/signs/answers';
import type { StoredCopy } from '../../../worker/protocol';

export type Stage = 'waiting' | 'reading' | 'done' | 'failed';

/** How far saving has come. */
export type Saving =
  | { readonly kind: 'not-yet' | 'saving' }
  /** Removed after it was saved: the picture alone, or its visit. */
  | { readonly kind: 'deleted'; readonly of: 'picture' | 'visit' }
  /** The visit, and the picture in it. */
  | { readonly kind: 'saved'; readonly id: string; readonly picture: string }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** What `open` returns with the preview of a picture. */
export interface PictureFacts extends Size {
  readonly quality: readonly QualityIssue[];
  /** The crop to begin with, which `quality` is of. */
  readonly first: Crop;
  /** The day on which it was taken, as its file says; null where that does not. */
  readonly capturedOn: IsoDay | null;
}

export interface Origin {
  readonly source: PictureSource;
  /** Whose picture it was when it came in. */
  readonly subject?: Subject;
  /** Whether there is no file to choose it from again: from the camera, the clipboard, another app. */
  readonly onlyCopy?: boolean;
}

let nextId = 1;

/** One picture from intake until it is saved. */
export class QueuedPicture {
  readonly id = nextId++;
  readonly name: string;
  readonly source: PictureSource;
  /** The subject that was chosen when this picture came in. */
  readonly chosen: Subject;
  /** Whether it would be lost with this page: nothing else holds it, and it was never saved. */
  onlyCopy: boolean;

  /** Whose picture it is, and where it will be saved. */
  subject = $state.raw<Subject>(nobody);
  /** Its former subject, whose patient or lesion was deleted, until a new one is chosen. */
  lost = $state.raw<Subject>();
  stage = $state<Stage>('waiting');
  facts = $state.raw<PictureFacts>();
  /** The square to classify; may lie between pixels while it is moved. */
  frame = $state.raw<Crop>();
  /** Only while the picture is looked at. */
  preview = $state.raw<ImageBitmap>();
  /** Whether a double-check is under way, whose result will replace that of one view. */
  settling = $state(false);
  /** How often it was checked: work that began for an earlier result is dropped. */
  reads = 0;
  prediction = $state.raw<Prediction>();
  /** The answers about the spot; kept when the crop changes. */
  checklist = $state.raw<WarningSigns>(noAnswers);
  /** The day that a person has given; the file's own counts else. */
  givenDay = $state.raw<IsoDay>();
  /** The other pictures of the visit that it joins or has joined. */
  company = $state.raw<readonly PictureRecord[]>([]);
  /** Where it was saved last, and is replaced when the crop changes. */
  stored: { readonly visit: string; readonly picture: string } | undefined;
  /** The clinician's impression; kept when the crop changes. */
  impression = $state.raw<Impression | null>(null);
  /** Whether its result has been shown, this one or an earlier one. */
  resultSeen = $state(false);
  /** The copy for the record, which comes after the prediction; null if it could not be made. */
  copy: Promise<StoredCopy | null> | undefined;
  /** Saves the answers, once there is a record of the prediction. */
  answers = $state.raw<Draft<WarningSigns>>();
  failure = $state.raw<Failure>();
  saving = $state.raw<Saving>({ kind: 'not-yet' });
  #thumbnail = $state.raw<string>();
  #discarded = false;

  constructor(
    readonly picture: Blob,
    { source, subject = nobody, onlyCopy = false }: Origin,
  ) {
    this.source = source;
    this.chosen = subject;
    this.subject = subject;
    this.onlyCopy = onlyCopy;
    this.name = nameOf(picture, source);
  }

  /** Address of the thumbnail, once there is one. */
  get thumbnail(): string | undefined {
    return this.#thumbnail;
  }

  /** The day on which it was taken, where that is known. */
  get capturedOn(): IsoDay | undefined {
    return this.givenDay ?? this.facts?.capturedOn ?? undefined;
  }

  /** All pictures of its visit, with what was read of it now; undefined until something was. */
  get advised(): readonly [AdvisedPicture, ...AdvisedPicture[]] | undefined {
    const { prediction } = this;
    return (
      prediction && [
        { kind: proposedKind(prediction.gate, prediction.accepted), reading: prediction },
        ...this.company,
      ]
    );
  }

  /** Whether it is not in sight yet, and of a kind that most browsers cannot open by themselves. */
  get isConverting(): boolean {
    const isForeign =
      /^image\/(hei[cf]|tiff)/.test(this.picture.type) || /\.(hei[cf]|tiff?)$/i.test(this.name);
    return isForeign && this.stage === 'waiting' && !this.preview && !this.facts;
  }

  /** True after the picture was closed. */
  get discarded(): boolean {
    return this.#discarded;
  }

  showThumbnail(thumbnail: Blob): void {
    if (this.#thumbnail !== undefined) URL.revokeObjectURL(this.#thumbnail);
    this.#thumbnail = this.#discarded ? undefined : URL.createObjectURL(thumbnail);
  }

  closePreview(): void {
    this.preview?.close();
    this.preview = undefined;
  }

  /** Back to the choice of the frame; what was read and saved before stays until it is replaced. */
  restart(): void {
    this.stage = 'waiting';
    this.reads += 1;
    this.settling = false;
    this.prediction = undefined;
    this.copy = undefined;
    this.answers = undefined;
    this.failure = undefined;
    this.saving = { kind: 'not-yet' };
  }

  /** Gives back what the picture holds outside of the heap. */
  discard(): void {
    this.#discarded = true;
    this.closePreview();
    if (this.#thumbnail !== undefined) URL.revokeObjectURL(this.#thumbnail);
    this.#thumbnail = undefined;
  }
}

function nameOf(picture: Blob, source: PictureSource): string {
  if (source === 'camera') return m.classify_source_camera();
  if (source === 'sample') return m.classify_source_sample();
  return picture instanceof File && picture.name !== '' ? picture.name : m.classify_source_unnamed();
}
