import type { Head } from '../../domain/learning/head';

/**
 * The head that was learnt here and is in use; undefined where the model's own is, or while the record is locked.
 * Its code is loaded when it is first asked for.
 */
export const currentHead = (): Promise<Head | undefined> =>
  import('./heads').then(({ heads }) => heads.current()).catch(() => undefined);
