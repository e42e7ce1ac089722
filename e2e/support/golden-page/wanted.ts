import type { BackendTrial } from '../../../src/domain/prediction';

/** What is to be tried. */
export type Wanted = Pick<BackendTrial, 'backend' | 'threads'>;
