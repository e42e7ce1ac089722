import { expect, it } from 'vitest';
import { ownScript } from './trusted-scripts';

const base = 'https://lentigo.example.org/clinic/index.html#/history';

it.each(['./service-worker.js', '/assets/worker-1a.js', 'https://lentigo.example.org/assets/worker-1a.js'])(
  'lets %s start',
  (address) => expect(ownScript(address, base)).toBe(address),
);

it.each([
  'https://example.org/worker.js',
  '//example.org/worker.js',
  'http://lentigo.example.org/assets/worker-1a.js',
  'https://lentigo.example.org:8443/assets/worker-1a.js',
  'https://lentigo.example.org@example.org/worker.js',
  'blob:https://lentigo.example.org/0b1c',
  'data:text/javascript,0',
  'javascript:0',
  'https://',
])('refuses %s', (address) => expect(ownScript(address, base)).toBeNull());
