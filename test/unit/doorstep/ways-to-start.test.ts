import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { nodeOptions } from '../../support/node-options.js';

describe('every way to serve gives Node the same options', () => {
  it.each([
    ['the demo', 'package.json', /"demo": ".*&& node (.*) dist\/src\/main\.js demo"/],
    ['the image', 'docker/Dockerfile', /^CMD \["node", "(.*)", "dist\/src\/main\.js", "serve"\]$/m],
    ['the program', 'src/main.ts', /^#!\/usr\/bin\/env -S node (.*)$/m],
  ])('%s', (_, path, options) => {
    const [, given] = options.exec(readFileSync(path, 'utf8')) ?? [];
    expect(given).toBe(nodeOptions().join(' '));
    expect(given).toMatch(/^--/);
  });
});
