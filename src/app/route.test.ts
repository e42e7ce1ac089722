import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hrefOf, parseRoute, type Route } from './route';

describe('parseRoute', () => {
  it.each<[string, Route]>([
    ['', { page: 'classify' }],
    ['#', { page: 'classify' }],
    ['#/', { page: 'classify' }],
    ['#/history', { page: 'history' }],
    ['#/history/', { page: 'history' }],
    ['#/history/a%2Fb', { page: 'history', id: 'a/b' }],
    ['#/patients', { page: 'patients' }],
    ['#/patients/a', { page: 'patients', id: 'a' }],
    ['#/map', { page: 'map' }],
    ['#/due', { page: 'due' }],
    ['#/report/lesion/a%2Fb', { page: 'report', of: 'lesion', id: 'a/b' }],
    ['#/report/visit/a', { page: 'report', of: 'visit', id: 'a' }],
    ['#/report/lesion', { page: 'unknown' }],
    ['#/report/patient/a', { page: 'unknown' }],
    ['#/report/lesion/a/b', { page: 'unknown' }],
    ['#/lesion/a', { page: 'lesion', id: 'a' }],
    ['#/lesion', { page: 'unknown' }],
    ['#/classes', { page: 'classes' }],
    ['#/classes/mel', { page: 'classes', code: 'mel' }],
    ['#/settings?from=notice', { page: 'settings' }],
    ['#/about', { page: 'about' }],
    ['#/model', { page: 'model' }],
    ['#/agreement', { page: 'agreement' }],
    ['#/nowhere', { page: 'unknown' }],
    ['#/settings/x', { page: 'unknown' }],
    ['#/history/a/b', { page: 'unknown' }],
    ['#main', { page: 'unknown' }],
  ])('reads %j', (hash, route) => {
    expect(parseRoute(hash)).toEqual(route);
  });

  it('never throws, whatever stands in the address', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (hash) => void parseRoute(`#/${hash}`)));
  });

  it('reads back the address of any visit', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (id) => {
        const route: Route = { page: 'history', id };
        expect(parseRoute(hrefOf(route))).toEqual(route);
      }),
    );
  });
});
