import { byDay } from '../domain/visit/visit';
import type { Failure } from '../failure';
import type { VisitEntry, LesionEntry, PatientEntry } from '../records/catalogue';
import type { Entity } from '../records/changes';
import { record } from './record';

const entities: readonly Entity[] = ['patient', 'lesion', 'visit'];

/** The catalogue as reactive state for lists and searches. Read when a page first asks. */
class CatalogueState {
  /** One version per entity, so that the list of patients is not sorted again for every visit that is read. */
  readonly #versions = $state<Record<Entity, number>>({ patient: 0, lesion: 0, visit: 0 });
  readonly #told = new Set<Entity>();
  // Computed once for each change, however often a filter asks while somebody types.
  readonly #patients = $derived(this.#versions.patient >= 0 ? [...record.catalogue.patients.values()] : []);
  readonly #lesions = $derived(this.#versions.lesion >= 0 ? [...record.catalogue.lesions.values()] : []);
  readonly #visits = $derived(
    this.#versions.visit >= 0 ? [...record.catalogue.visits.values()].sort((a, b) => byDay(b, a)) : [],
  );

  constructor() {
    record.catalogue.onUpdate((of) => {
      // Many changes at once cause one update.
      if (this.#told.size === 0) queueMicrotask(() => this.#show());
      for (const each of of ? [of] : entities) this.#told.add(each);
    });
  }

  get complete(): boolean {
    return this.#versions.visit >= 0 && record.catalogue.complete;
  }

  get failure(): Failure | undefined {
    return this.#versions.visit >= 0 ? record.catalogue.failure : undefined;
  }

  get patients(): readonly PatientEntry[] {
    return this.#patients;
  }

  get lesions(): readonly LesionEntry[] {
    return this.#lesions;
  }

  /** Newest first. */
  get visits(): readonly VisitEntry[] {
    return this.#visits;
  }

  patient(id: string | undefined): PatientEntry | undefined {
    return this.#versions.patient >= 0 && id !== undefined ? record.catalogue.patients.get(id) : undefined;
  }

  lesion(id: string | undefined): LesionEntry | undefined {
    return this.#versions.lesion >= 0 && id !== undefined ? record.catalogue.lesions.get(id) : undefined;
  }

  visit(id: string): VisitEntry | undefined {
    return this.#versions.visit >= 0 ? record.catalogue.visits.get(id) : undefined;
  }

  /** Reads what is not known yet; sets `failure` if it cannot. */
  async read(): Promise<void> {
    await record.catalogue.build().catch(() => undefined);
  }

  #show(): void {
    for (const each of this.#told) this.#versions[each] += 1;
    this.#told.clear();
  }
}

export const catalogue = new CatalogueState();
