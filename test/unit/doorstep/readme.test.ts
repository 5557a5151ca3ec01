import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { EXAMPLES } from '../../../src/cli/index.js';

const README = readFileSync('README.md', 'utf8');

describe('the README', () => {
  it('shows three questions', () => {
    expect(EXAMPLES).toHaveLength(3);
  });

  it.each(EXAMPLES)('shows the question and the answer of the demo: $title', ({ query, data }) => {
    expect(README).toContain(`\`\`\`graphql\n${query}\n\`\`\``);
    expect(README).toContain(`\`\`\`json\n${JSON.stringify(data, null, 2)}\n\`\`\``);
  });
});
