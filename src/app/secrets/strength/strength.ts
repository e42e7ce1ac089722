/** How hard a passphrase is to guess, by zxcvbn (https://dropbox.tech/security/zxcvbn-realistic-password-strength-estimation). */
import { ZxcvbnFactory } from '@zxcvbn-ts/core';

/**
 * Guesses that a passphrase must resist, as powers of ten. Each guess costs what its key derivation does. A lock is
 * guessed at with a copy of the disk, about a second a guess: 10^9 take a core thirty years. Anyone who has a
 * file can guess without a time limit: 10^10.
 */
export const enough = { lock: 9, file: 10 } as const;

/** Words that an attacker tries first. */
const own = ['lentigo'];

/** Without the dictionaries any word looks like random letters, so that more of them are asked for. */
const withoutDictionaries = 6;

/** Longer texts are strong enough by far, and the estimate takes its time. */
const longest = 100;

export interface Estimator {
  /** Power of ten of the guesses that a passphrase stands. */
  readonly guesses: (passphrase: string) => number;
  /** Five words that dice choose: 7,776^5 are 10^19 guesses. Undefined where the words could not be loaded. */
  readonly offer: (() => string) | undefined;
}

let estimator: Promise<Estimator> | undefined;

/** Loads the dictionaries the first time; without them it estimates all the same, and asks for more. */
export function loadEstimator(): Promise<Estimator> {
  return (estimator ??= import('./dictionaries').then(
    ({ dictionary, graphs, passphraseWords }) => ({
      guesses: guessesBy(new ZxcvbnFactory({ dictionary, graphs }), 0),
      offer: () => offered(passphraseWords),
    }),
    () => {
      // The next one tries again.
      estimator = undefined;
      return { guesses: guessesBy(new ZxcvbnFactory(), withoutDictionaries), offer: undefined };
    },
  ));
}

function guessesBy(zxcvbn: ZxcvbnFactory, less: number): (passphrase: string) => number {
  return (passphrase) => zxcvbn.check(passphrase.slice(0, longest), own).guessesLog10 - less;
}

const offeredWords = 5;

function offered(words: readonly string[]): string {
  return Array.from({ length: offeredWords }, () => words[below(words.length)] ?? '').join(' ');
}

/** An evenly drawn number, 0 up to, but not including, `end` (2^32 at most). */
function below(end: number): number {
  const whole = 2 ** 32 - (2 ** 32 % end);
  const [drawn = 0] = crypto.getRandomValues(new Uint32Array(1));
  return drawn < whole ? drawn % end : below(end);
}
