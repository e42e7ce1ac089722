/**
 * Property tests try the same values every time, so that a run says what this version of the code does, and a failure
 * can be looked at. `PROPERTY_SEED=random npx vitest run` tries others, any whole number those of that seed.
 */
import * as fc from 'fast-check';

const seed = process.env['PROPERTY_SEED'] ?? '2026';
if (seed !== 'random') fc.configureGlobal({ seed: Number(seed) });
