/** What a model cannot do. */
import type { PackWords } from '../domain/pack/words';
import { knownConditions } from './conditions';
import { textIn } from './local-text';
import { m } from './paraglide/messages.js';

/** @param pack its manifest, or what a result keeps of it; without one the app's own conditions count */
export function limitsOf(pack?: Pick<PackWords, 'classes' | 'texts'>): string {
  const count = pack?.classes.length ?? knownConditions;
  return textIn(pack?.texts?.limits) ?? m.disclaimer_limits({ count });
}
