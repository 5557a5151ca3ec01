/** Makes an empty migration named by its one argument and adds it to the list, newest last. */
import { readFileSync, writeFileSync } from 'node:fs';

const name = process.argv[2];
if (!name || !/^[a-z][a-z0-9-]*$/.test(name)) {
  process.stderr.write(
    'name the migration in words joined by hyphens, such as add-user-attributes\n',
  );
  process.exit(64);
}
const stamp = Date.now();
const words = name.split('-').map((word) => word[0].toUpperCase() + word.slice(1));
const className = `${words.join('')}${stamp}`;
writeFileSync(
  `migrations/${stamp}-${name}.ts`,
  `import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ${className} implements MigrationInterface {
  readonly name = '${className}';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('SELECT 1');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('SELECT 1');
  }
}
`,
);
const list = readFileSync('migrations/index.ts', 'utf8');
const updated = `import { ${className} } from './${stamp}-${name}.js';\n${list}`.replace(
  /\n\];/,
  `\n  ${className},\n];`,
);
writeFileSync('migrations/index.ts', updated);
process.stdout.write(`made migrations/${stamp}-${name}.ts and listed it in migrations/index.ts\n`);
