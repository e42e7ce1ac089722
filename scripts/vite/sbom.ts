/**
 * The bill of materials of the built app, in CycloneDX: the packages that it depends on, as npm knows them, the works
 * of others inside those, and the model packs with their files.
 *
 * `npm sbom --omit dev` leaves out packages that development depends on too, Svelte among them. So all are asked for,
 * and those are kept that the app's dependencies lead to.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';
import type { Manifest } from '../../src/domain/pack/manifest.ts';
import type { Work } from './licences.ts';

/** The parts of CycloneDX 1.5 that are read or changed here. */
export interface Bom {
  serialNumber?: string | undefined;
  metadata: {
    timestamp?: string | undefined;
    component: { name: string } & Record<string, unknown>;
  } & Record<string, unknown>;
  components: readonly Component[];
  dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}

export interface Component {
  readonly 'bom-ref': string;
  readonly type: string;
  readonly name: string;
  readonly version?: string;
  readonly [field: string]: unknown;
}

export interface SbomOptions {
  readonly fileName: string;
  /** The app's package.json. */
  readonly app: { readonly name: string; readonly dependencies: Readonly<Record<string, string>> };
  readonly works: readonly Work[];
  /** `public/`, which holds the packs. */
  readonly publicFolder: string;
}

export function sbom({ fileName, app, works, publicFolder }: SbomOptions): Plugin {
  return {
    name: 'sbom',
    apply: 'build',
    generateBundle() {
      const packs = packFolders(publicFolder).map((folder) =>
        packComponent(manifestIn(publicFolder, folder)),
      );
      const source = written(billOf(askNpm(), app, [...works.map(workComponent), ...packs]));
      this.emitFile({ type: 'asset', fileName, source });
    },
  };
}

/** All packages that are installed or locked, as npm writes them. */
function askNpm(): Bom {
  const [program, ...before] = process.env['npm_execpath']
    ? [process.execPath, process.env['npm_execpath']]
    : ['npm'];
  const wanted = ['sbom', '--package-lock-only', '--sbom-format=cyclonedx', '--sbom-type=application'];
  // Vite builds for production, for which npm would leave out what development depends on too.
  const env = { ...process.env, NODE_ENV: undefined };
  const text = execFileSync(program, [...before, ...wanted], { env, encoding: 'utf8', maxBuffer: 2 ** 28 });
  return JSON.parse(text) as Bom;
}

/**
 * @param all every package, development's too
 * @param further components that no package manager knows
 * @returns what the app depends on, without what differs from run to run
 */
export function billOf(all: Bom, app: SbomOptions['app'], further: readonly Component[]): Bom {
  const { component } = all.metadata;
  const own = String(component['bom-ref']);
  const roots = Object.entries(app.dependencies).map(([name, version]) => `${name}@${version}`);
  const dependsOn = new Map(all.dependencies.map((each) => [each.ref, each.dependsOn ?? []]));
  dependsOn.set(own, roots);
  const reached = new Set([own]);
  // A set that grows while it is walked: what is added is walked as well.
  for (const ref of reached) for (const next of dependsOn.get(ref) ?? []) reached.add(next);
  const components = new Map(all.components.map((each) => [each['bom-ref'], each]));
  const missing = roots.filter((root) => !components.has(root));
  if (missing.length > 0) throw new Error(`npm does not know ${missing.join(', ')}: run npm ci`);
  const sorted = [...reached].filter((ref) => components.has(ref)).sort();
  return {
    ...all,
    // JSON leaves out what is undefined.
    serialNumber: undefined,
    metadata: { ...all.metadata, timestamp: undefined, component: { ...component, name: app.name } },
    components: [...sorted.flatMap((ref) => components.get(ref) ?? []), ...further],
    dependencies: [own, ...sorted].map((ref) => ({ ref, dependsOn: [...(dependsOn.get(ref) ?? [])].sort() })),
  };
}

/** @returns addresses below `public/`: the default pack's, and every other's */
function packFolders(publicFolder: string): string[] {
  const packs = join(publicFolder, 'packs');
  const others = existsSync(packs) ? readdirSync(packs, { withFileTypes: true }) : [];
  return [
    'model',
    ...others
      .filter((each) => each.isDirectory())
      .map(({ name }) => `packs/${name}`)
      .sort(),
  ];
}

function manifestIn(publicFolder: string, folder: string): Manifest {
  return JSON.parse(readFileSync(join(publicFolder, folder, 'manifest.json'), 'utf8')) as Manifest;
}

type Described = Pick<Manifest, 'id' | 'name' | 'version' | 'licence' | 'files' | 'provenance'>;

/** A pack, with the pictures that it was made from and the hashes of its files. */
export function packComponent({ id, version, licence, provenance, files }: Described): Component {
  const { summary, dataSets } = provenance;
  return {
    'bom-ref': `model:${id}@${version}`,
    type: 'machine-learning-model',
    name: id,
    version,
    description: summary,
    licenses: [{ license: { name: licence.name, url: licence.url } }],
    modelCard: {
      modelParameters: {
        datasets: dataSets.map((each) => ({
          type: 'dataset',
          name: each.name,
          description: `${each.citation}; licence: ${each.licence}`,
        })),
      },
    },
    components: files.map(({ path, sha256 }) => ({
      'bom-ref': `model:${id}@${version}/${path}`,
      type: 'file',
      name: path,
      hashes: [{ alg: 'SHA-256', content: sha256 }],
    })),
  };
}

function workComponent({ work, holder, identifier }: Work): Component {
  return {
    'bom-ref': `work:${work}`,
    type: 'library',
    name: work,
    copyright: holder,
    licenses: [{ license: { id: identifier } }],
  };
}

function written(bom: Bom): string {
  return `${JSON.stringify(bom, null, 1)}\n`;
}
