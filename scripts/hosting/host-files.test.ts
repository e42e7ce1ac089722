import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { metaPolicy, securityHeaders, transportSecurity } from './headers';
import { hostFiles, hostFilesFolder } from './host-files';

describe('deploy/', () => {
  it.each(Object.keys(hostFiles))('%s is what `npm run host-files` writes', async (name) => {
    expect(await readFile(path.join(hostFilesFolder, name), 'utf8')).toBe(hostFiles[name]);
  });

  it.each(Object.keys(hostFiles))('%s sends every header', (name) => {
    const { name: secure, value: year } = transportSecurity;
    for (const [header, value] of [...Object.entries(securityHeaders), [secure, year] as const]) {
      expect(hostFiles[name]).toContain(header);
      expect(hostFiles[name]).toContain(value);
    }
  });
});

describe('the policy', () => {
  it('lets nothing through that it does not name', () => {
    expect(metaPolicy).toMatch(/^default-src 'none'/);
  });

  it('knows no host but its own', () => {
    expect(metaPolicy).not.toMatch(/https?:|\*|ws:/);
    expect(metaPolicy).not.toMatch(/unsafe-inline|'unsafe-eval'/);
    expect(metaPolicy).toContain("connect-src 'self'");
  });

  it('lets no string become a script', () => {
    expect(metaPolicy).toContain("require-trusted-types-for 'script'");
  });

  it('of the headers is that of the page, and forbids framing as well', () => {
    expect(securityHeaders['Content-Security-Policy']).toBe(`${metaPolicy}; frame-ancestors 'none'`);
  });
});
