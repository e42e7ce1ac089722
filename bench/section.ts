/** A part of the benchmarks that can be run by itself, and what all parts share. */
import type { Host } from './host.ts';

interface Bench {
  readonly host: Host;
  /** Folder of the model pack. */
  readonly model: string;
  /** Folder of the built app. */
  readonly dist: string;
  /** Folder of a checkout of an earlier version, with its packages installed. */
  readonly against?: string;
  /** Counted rounds of each measurement, and rounds before them that do not count. */
  readonly rounds: number;
  readonly warmUp: number;
}

export interface Section {
  /** What `--only` calls it. */
  readonly name: string;
  /** Its heading in docs/benchmarks.md. */
  readonly title: string;
  measure(bench: Bench): Promise<Measured>;
}

/** What is compared, in one run. */
export interface Ratio {
  readonly what: string;
  /** Ours by the other. */
  readonly ratio: number;
  readonly budget?: number;
  /** Why it is over its budget, for where it is. */
  readonly reason?: string;
}

export interface Measured {
  /** Everything that was measured, for bench/results. */
  readonly results: unknown;
  /** What stands below the heading, in Markdown. */
  readonly text: string;
  /** For the table at the top, in which all sections are. */
  readonly ratios?: readonly Ratio[];
}
