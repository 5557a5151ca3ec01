import { readFileSync } from 'node:fs';

/** The options with which `npm start` runs Node. */
export function nodeOptions(): string[] {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
  const [, options] = /&& node (.*?)dist\/src\/main\.js serve$/.exec(scripts.start)!;
  return options.split(' ').filter((option) => option !== '');
}
