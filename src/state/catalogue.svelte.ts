import { asFailure, type Failure } from '../failure';
import type { ExaminationEntry, LesionEntry, PatientEntry } from '../records/catalogue';
import { record } from '../records/repository';

/** What lists and searches go by, for pages to watch. Read when a page first asks. */
class CatalogueState {
  #version = $state(0);
  #failure = $state.raw<Failure>();
  #told = false;
  // Put together once for each change, however often a filter asks while somebody types.
  readonly #patients = $derived(this.#version >= 0 ? [...record.catalogue.patients.values()] : []);
  readonly #lesions = $derived(this.#version >= 0 ? [...record.catalogue.lesions.values()] : []);
  readonly #examinations = $derived(
    this.#version >= 0
      ? [...record.catalogue.examinations.values()].sort(
          (a, b) => b.createdAt.getTime() - a.createdAt.getTime(),
        )
      : [],
  );

  constructor() {
    record.catalogue.onUpdate(() => {
      // Many changes at once make one new picture.
      if (this.#told) return;
      this.#told = true;
      queueMicrotask(() => {
        this.#told = false;
        this.#version += 1;
      });
    });
  }

  get complete(): boolean {
    return this.#version >= 0 && record.catalogue.complete;
  }

  get failure(): Failure | undefined {
    return this.#failure;
  }

  get patients(): readonly PatientEntry[] {
    return this.#patients;
  }

  get lesions(): readonly LesionEntry[] {
    return this.#lesions;
  }

  /** Newest first. */
  get examinations(): readonly ExaminationEntry[] {
    return this.#examinations;
  }

  patient(id: string | undefined): PatientEntry | undefined {
    return this.#version >= 0 && id !== undefined ? record.catalogue.patients.get(id) : undefined;
  }

  lesion(id: string | undefined): LesionEntry | undefined {
    return this.#version >= 0 && id !== undefined ? record.catalogue.lesions.get(id) : undefined;
  }

  async read(): Promise<void> {
    try {
      await record.catalogue.build();
      this.#failure = undefined;
    } catch (thrown) {
      this.#failure = asFailure(thrown);
    }
  }
}

export const catalogue = new CatalogueState();
