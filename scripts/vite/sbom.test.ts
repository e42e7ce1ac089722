import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { billOf, packComponent, type Bom, type Component } from './sbom.ts';

const part = (ref: string): Component => ({ 'bom-ref': ref, type: 'library', name: ref });

/** Two that the app needs, one of which a tool needs as well, and a tool. */
const all: Bom = {
  serialNumber: 'urn:uuid:1',
  metadata: {
    timestamp: '2026-01-01T00:00:00Z',
    tools: [],
    component: { name: 'folder', 'bom-ref': 'app@1' },
  },
  components: ['tool@1', 'shared@2', 'deep@3', 'other@1'].map(part),
  dependencies: [
    { ref: 'app@1', dependsOn: ['tool@1', 'shared@2', 'other@1'] },
    { ref: 'tool@1', dependsOn: ['shared@2'] },
    { ref: 'shared@2', dependsOn: ['deep@3'] },
    { ref: 'deep@3', dependsOn: ['shared@2'] },
    { ref: 'other@1' },
  ],
};
const app = { name: 'lentigo', dependencies: { shared: '2', other: '1' } };

describe('the bill of materials', () => {
  it('holds what the app depends on, and no tools', () => {
    const bill = billOf(all, app, [part('model:x')]);
    expect(bill.components.map(({ name }) => name)).toEqual(['deep@3', 'other@1', 'shared@2', 'model:x']);
    expect(bill.dependencies[0]).toEqual({ ref: 'app@1', dependsOn: ['other@1', 'shared@2'] });
    expect(bill.metadata.component.name).toBe('lentigo');
  });

  it('says nothing that differs from run to run', () => {
    const later = { ...all, serialNumber: 'urn:uuid:2', metadata: { ...all.metadata, timestamp: 'later' } };
    expect(billOf(later, app, [])).toEqual(billOf(all, app, []));
    expect(JSON.stringify(billOf(all, app, []))).not.toMatch(/urn:uuid|2026-01-01/);
  });

  it('is not made of a part of the packages', () => {
    const wanted = { ...app, dependencies: { ...app.dependencies, gone: '4' } };
    expect(() => billOf(all, wanted, [])).toThrow(/gone@4/);
  });

  it('holds a model, its data sets and the hashes of its files', () => {
    const text = readFileSync(new URL('../../public/model/manifest.json', import.meta.url), 'utf8');
    const manifest = JSON.parse(text) as Parameters<typeof packComponent>[0];
    const component = packComponent(manifest);
    expect(component).toMatchObject({ type: 'machine-learning-model', version: manifest.version });
    expect(JSON.stringify(component)).toContain('HAM10000');
    for (const { sha256 } of manifest.files) expect(JSON.stringify(component)).toContain(sha256);
  });
});
