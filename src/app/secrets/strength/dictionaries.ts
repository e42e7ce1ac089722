/** The dictionaries of zxcvbn: 600 kB over the wire, asked for when somebody chooses a passphrase. */
import { adjacencyGraphs, dictionary as common } from '@zxcvbn-ts/language-common';
import { dictionary as english } from '@zxcvbn-ts/language-en';

export const dictionary = { ...common, ...english };
export const graphs = adjacencyGraphs;

/** The long list of the Electronic Frontier Foundation for passphrases: 7,776 words. */
export const passphraseWords: readonly string[] = common['diceware-common'];
