/** Bundles a module of ours as a plain script, for a page that it is evaluated in. */
import { build, type Rolldown } from 'vite';

const bundles = new Map<string, Promise<string>>();

/**
 * @param entry path of the module
 * @param name of the constant that holds its exports
 */
export function bundleScript(entry: string, name: string): Promise<string> {
  const known = bundles.get(entry);
  if (known) return known;
  const bundle = build({
    configFile: false,
    logLevel: 'error',
    build: { write: false, target: 'es2023', lib: { entry, name, formats: ['iife'] } },
  }).then((built) => {
    const [output] = built as Rolldown.RolldownOutput[];
    const chunk = output?.output[0];
    if (!chunk) throw new Error('nothing was bundled');
    return chunk.code;
  });
  bundles.set(entry, bundle);
  return bundle;
}
