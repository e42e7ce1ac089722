import type { AnswerKeeper } from '../../visit/signs/answers';
import type { Failure } from '../../../failure';
import type { Crop, Size } from '../../../domain/crop';
import { m } from '../../../i18n/paraglide/messages.js';
import type { QualityIssue, Prediction } from '../../../domain/prediction';
import type { PictureSource } from '../../../domain/visit';
import { noAnswers, type WarningSigns } from '../../../domain/warning-signs';
import type { ViewsProgress } from '../../../worker/protocol';

export type Stage = 'waiting' | 'reading' | 'done' | 'failed';

/** How far the record of a reading has come. */
export type Saving =
  | { readonly kind: 'not-yet' | 'saving' | 'deleted' }
  | { readonly kind: 'saved'; readonly id: string }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** What `open` tells of a picture beside its preview. */
export interface PictureFacts extends Size {
  readonly quality: readonly QualityIssue[];
  /** The frame that is proposed to begin with. */
  readonly proposed: Crop;
}

let nextId = 1;

/** One picture on its way from the hand to the record. */
export class QueuedPicture {
  readonly id = nextId++;
  readonly name: string;

  stage = $state<Stage>('waiting');
  facts = $state.raw<PictureFacts>();
  /** The square to classify; may lie between pixels while it is moved. */
  frame = $state.raw<Crop>();
  /** Only while the picture is looked at. */
  preview = $state.raw<ImageBitmap>();
  /** How far a careful reading is, while there is one. */
  progress = $state.raw<ViewsProgress>();
  reading = $state.raw<Prediction>();
  /** What was answered about the spot; stays when the picture is framed anew. */
  checklist = $state.raw<WarningSigns>(noAnswers);
  /** Keeps the answers, once there is a record of the reading. */
  keeper: AnswerKeeper | undefined;
  failure = $state.raw<Failure>();
  saving = $state.raw<Saving>({ kind: 'not-yet' });
  #thumbnail = $state.raw<string>();
  #discarded = false;

  constructor(
    readonly picture: Blob,
    readonly source: PictureSource,
  ) {
    this.name = nameOf(picture, source);
  }

  /** Address of the thumbnail, once there is one. */
  get thumbnail(): string | undefined {
    return this.#thumbnail;
  }

  /** True when nobody will see this picture any more. */
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

  /** Back to the choice of the frame; what was read and saved before stays in the history. */
  restart(): void {
    this.stage = 'waiting';
    this.progress = undefined;
    this.reading = undefined;
    this.keeper = undefined;
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
