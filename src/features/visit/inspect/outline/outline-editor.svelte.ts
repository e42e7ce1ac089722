import { asFailure, type Failure } from '../../../../failure';
import { painted } from '../../../../domain/outline/brush';
import { decodeMask, encodeMask, type Mask } from '../../../../domain/outline/mask';
import type { LesionStructure } from '../../../../domain/outline/measures';
import type { Outline, OutlineMethod } from '../../../../domain/outline/outline';
import type { Measurement } from '../../../../domain/visit/visit';
import type { InferenceClient } from '../../../../worker/client';
import type { CropPixels, Measured, OutlineRequest } from '../../../../worker/protocol';
import type { Place } from '../crop-point';

/** An outline and how it came about: what undo goes back to. */
interface Step {
  readonly method: OutlineMethod;
  readonly mask: Mask;
}

/** What goes into a measurement: only measures of all of it, as it is now, may be kept with it. */
interface Question {
  readonly step: Step;
  readonly sideMillimetres: number | undefined;
  readonly structures: readonly LesionStructure[] | undefined;
}

const mostSteps = 30;

/** The outline of one picture while it is worked on, and what it measures. */
export class OutlineEditor {
  readonly #inference: Pick<InferenceClient, 'call'>;
  readonly #pixels: CropPixels;
  readonly #sidePixels: number;
  #step = $state.raw<Step>();
  #past = $state.raw<readonly Step[]>([]);
  #future = $state.raw<readonly Step[]>([]);
  #measured = $state.raw<Measured | null>(null);
  /** What the measures are the answer to. */
  #answered = $state.raw<Question>();
  #sideMillimetres = $state.raw<number>();
  #structures = $state.raw<readonly LesionStructure[]>();
  #level = $state.raw<number>();
  #learned = $state.raw(false);
  #failure = $state.raw<Failure>();
  #wanted: OutlineRequest | undefined;
  #finding = $state.raw(false);
  #measuring = false;
  #stale = false;

  /**
   * @param sidePixels of the frame, as `Outline`
   * @param kept what was kept of this picture before
   */
  constructor(
    inference: Pick<InferenceClient, 'call'>,
    pixels: CropPixels,
    sidePixels: number,
    kept: Measurement = {},
  ) {
    this.#inference = inference;
    this.#pixels = pixels;
    const { outline, measures } = kept;
    this.#sidePixels = outline?.sidePixels ?? sidePixels;
    this.#sideMillimetres = outline?.sideMillimetres;
    this.#structures = measures?.structures;
    if (outline) this.#step = { method: outline.method, mask: decodeMask(outline.mask) };
    void this.#measure();
  }

  get mask(): Mask | undefined {
    return this.#step?.mask;
  }

  /** Null while there is nothing to measure. */
  get measured(): Measured | null {
    return this.#measured;
  }

  get sideMillimetres(): number | undefined {
    return this.#sideMillimetres;
  }

  get structures(): readonly LesionStructure[] | undefined {
    return this.#structures;
  }

  /** The level of the last threshold. */
  get level(): number | undefined {
    return this.#level;
  }

  /** Whether the last automatic outline is the network's. */
  get learned(): boolean {
    return this.#learned;
  }

  get finding(): boolean {
    return this.#finding;
  }

  /** Whether the measures are those of what is shown, and nothing is being looked for. */
  get settled(): boolean {
    return !this.#finding && this.#isAnswered;
  }

  get #isAnswered(): boolean {
    const answered = this.#answered;
    return (
      answered !== undefined &&
      answered.step === this.#step &&
      answered.sideMillimetres === this.#sideMillimetres &&
      answered.structures === this.#structures
    );
  }

  get failure(): Failure | undefined {
    return this.#failure;
  }

  get canUndo(): boolean {
    return this.#past.length > 0;
  }

  get canRedo(): boolean {
    return this.#future.length > 0;
  }

  /** What goes into the record; undefined while there is no outline, or while what is shown is still being measured. */
  get measurement(): Measurement | undefined {
    if (!this.#step || !this.#measured || !this.#isAnswered) return undefined;
    const outline: Outline = {
      method: this.#step.method,
      mask: encodeMask(this.#step.mask),
      sidePixels: this.#sidePixels,
      ...(this.#sideMillimetres === undefined ? {} : { sideMillimetres: this.#sideMillimetres }),
    };
    return { outline, measures: this.#measured.measures };
  }

  /** Finds the outline anew. While the worker is at it, only the latest wish is kept. */
  async find(request: OutlineRequest): Promise<void> {
    this.#wanted = request;
    if (this.#finding) return;
    this.#finding = true;
    try {
      while (this.#wanted) {
        const next: OutlineRequest = this.#wanted;
        this.#wanted = undefined;
        const found = await this.#inference.call('outline', { pixels: this.#pixels, request: next });
        if (next.method === 'threshold') this.#level = found.level;
        this.#learned = found.learned;
        this.#take({ method: found.method, mask: decodeMask(found.mask) });
        this.#failure = undefined;
      }
    } catch (thrown) {
      this.#failure = asFailure(thrown);
    } finally {
      this.#finding = false;
    }
  }

  /** Paints a part of a stroke; the first part of one can be undone together with those that follow. */
  paint(from: Place, to: Place, radius: number, value: 0 | 1, first: boolean): void {
    const mask = this.mask;
    if (!mask) return;
    const { width, height } = mask;
    const at = ({ x, y }: Place): Place => ({ x: x * width, y: y * height });
    const step: Step = {
      method: 'brush',
      mask: painted(mask, at(from), at(to), radius * width, value),
    };
    if (first) this.#take(step);
    else this.#show(step);
  }

  undo(): void {
    const before = this.#past.at(-1);
    if (!before || !this.#step) return;
    this.#past = this.#past.slice(0, -1);
    this.#future = [...this.#future, this.#step];
    this.#show(before);
  }

  redo(): void {
    const after = this.#future.at(-1);
    if (!after || !this.#step) return;
    this.#future = this.#future.slice(0, -1);
    this.#past = [...this.#past, this.#step];
    this.#show(after);
  }

  /** @param millimetres that the frame spans */
  setScale(millimetres: number | undefined): void {
    this.#sideMillimetres = millimetres;
    void this.#measure();
  }

  setStructures(structures: readonly LesionStructure[]): void {
    this.#structures = structures;
    void this.#measure();
  }

  #take(step: Step): void {
    if (this.#step) this.#past = [...this.#past, this.#step].slice(-mostSteps);
    this.#future = [];
    this.#show(step);
  }

  #show(step: Step): void {
    this.#step = step;
    void this.#measure();
  }

  /** Measures what is shown; once more when it has changed meanwhile. */
  async #measure(): Promise<void> {
    this.#stale = true;
    if (this.#measuring) return;
    this.#measuring = true;
    try {
      while (this.#stale && this.#step) {
        this.#stale = false;
        const [step, sideMillimetres, structures] = [this.#step, this.#sideMillimetres, this.#structures];
        const { measured } = await this.#inference.call('measure', {
          pixels: this.#pixels,
          mask: encodeMask(step.mask),
          sidePixels: this.#sidePixels,
          ...(sideMillimetres === undefined ? {} : { sideMillimetres }),
          ...(structures === undefined ? {} : { structures }),
        });
        this.#measured = measured;
        this.#answered = { step, sideMillimetres, structures };
      }
    } catch (thrown) {
      this.#failure = asFailure(thrown);
    } finally {
      this.#measuring = false;
    }
  }
}
