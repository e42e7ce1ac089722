/**
 * The licences of everything that the built app contains, in one text file. The comments that say
 * it in the sources are stripped from the chunks.
 *
 * Why no plugin: rollup-license-plugin and rollup-plugin-license write a file for each bundle, where the app has
 * one for the page, its workers and the service worker together; and some packages bring no licence text, which
 * the first then loads from the network and the second leaves out. Here the standard texts lie beside, and a
 * licence whose text is not among them stops the build.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Plugin } from 'vite';

export interface Work {
  /** Name and version, or name alone. */
  readonly work: string;
  /** Who holds the copyright, where the text does not say it. */
  readonly holder: string;
  /** SPDX identifier. */
  readonly identifier: string;
}

interface Notice extends Work {
  readonly text: string;
}

export interface LicenceOptions {
  readonly fileName: string;
  /** Packages that get into the app by another way than the bundles of page and worker. */
  readonly packages: readonly string[];
  /** Works inside those packages that have a licence of their own. */
  readonly works: readonly Work[];
}

const require = createRequire(import.meta.url);

/** Plugins for the page's build and for the workers', which Vite bundles first and apart. */
export function licences({ fileName, packages, works }: LicenceOptions): {
  page: Plugin;
  worker: () => Plugin;
} {
  const folders = new Set<string>();

  const collect = (bundle: Record<string, { type: string; moduleIds?: string[] }>) => {
    for (const id of Object.values(bundle).flatMap(({ moduleIds }) => moduleIds ?? [])) {
      const folder = packageFolder(id);
      if (folder) folders.add(folder);
    }
  };

  return {
    worker: () => ({
      name: 'licences-of-workers',
      generateBundle: (_options, bundle) => collect(bundle),
    }),
    page: {
      name: 'licences',
      apply: 'build',
      generateBundle(_options, bundle) {
        collect(bundle);
        for (const name of packages) folders.add(path.dirname(require.resolve(`${name}/package.json`)));
        const notices = [
          ...[...folders].map(noticeOf),
          ...works.map((work) => ({ ...work, text: standardText(work.identifier) })),
        ];
        this.emitFile({ type: 'asset', fileName, source: written(notices) });
      },
    },
  };
}

/** The folder of the package that a module belongs to; undefined for the app's own. */
function packageFolder(id: string): string | undefined {
  const file = id.replace(/^\0/, '').replace(/\?.*$/, '');
  const at = file.lastIndexOf('/node_modules/');
  if (at < 0) return undefined;
  const [scopeOrName = '', name = ''] = file.slice(at + '/node_modules/'.length).split('/');
  const folder = path.join(
    file.slice(0, at),
    'node_modules',
    scopeOrName,
    scopeOrName.startsWith('@') ? name : '',
  );
  return existsSync(path.join(folder, 'package.json')) ? folder : undefined;
}

function noticeOf(folder: string): Notice {
  const { name, version, license, author } = JSON.parse(
    readFileSync(path.join(folder, 'package.json'), 'utf8'),
  ) as { name: string; version: string; license?: string; author?: string | { name: string } };
  const identifier = license ?? '';
  const file = readdirSync(folder).find((entry) => /^(licen[cs]e|copying)(\.|-|$)/i.test(entry));
  const holder = file
    ? ''
    : ((typeof author === 'string' ? author : author?.name) ?? `the authors of ${name}`);
  const text = file ? readFileSync(path.join(folder, file), 'utf8') : standardText(identifier);
  return { work: `${name} ${version}`, holder, identifier, text: text.trim() };
}

/** @throws for a licence whose text is not at hand: such a package must not be shipped unseen. */
function standardText(identifier: string): string {
  const file = path.join(import.meta.dirname, 'licence-texts', `${identifier}.txt`);
  if (!existsSync(file)) throw new Error(`No licence text for "${identifier}": add ${file}`);
  return readFileSync(file, 'utf8').trimEnd();
}

/** One section a text, headed by all works that it covers. */
function written(notices: readonly Notice[]): string {
  const sections = new Map<string, { heads: string[]; text: string }>();
  for (const { work, holder, identifier, text } of [...notices].sort((a, b) => (a.work < b.work ? -1 : 1))) {
    const same = text.replace(/\s+/g, ' ');
    const section = sections.get(same) ?? { heads: [], text };
    section.heads.push(
      [work, identifier && `(${identifier})`, holder && `Copyright ${holder}`].filter(Boolean).join('  '),
    );
    sections.set(same, section);
  }
  const rule = `\n\n${'-'.repeat(80)}\n\n`;
  const parts = [...sections.values()].map(({ heads, text }) => `${heads.join('\n')}\n\n${text}`);
  return `${['Lentigo contains the following works of others, under these licences.', ...parts].join(rule)}\n`;
}
