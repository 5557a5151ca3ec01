import { Command } from 'commander';

/** What the commands do; the doorstep supplies it, since a room does not know how things are wired. */
export interface Commands {
  /** Serves until a signal stops it. */
  serve(): Promise<void>;
  /** Applies pending migrations. */
  migrate(): Promise<void>;
  /** @param check compare the answers with the expected ones and end. */
  demo(options: { readonly check: boolean }): Promise<void>;
  /** The GraphQL schema as text. */
  printSchema(): Promise<string>;
  /** The table of settings as Markdown. */
  printSettings(): string;
}

/** The `gatehouse` command. */
export function createProgram(commands: Commands, version: string): Command {
  const program = new Command('gatehouse')
    .description('A GraphQL gateway with a permission engine: who may do what, and why.')
    .version(version);
  program
    .command('serve', { isDefault: true })
    .description('serve GraphQL and the user server until stopped')
    .action(() => commands.serve());
  program
    .command('migrate')
    .description('bring the database to the version this program needs')
    .action(() => commands.migrate());
  program
    .command('demo')
    .description('start a company and a gateway on loopback and show what Gatehouse does')
    .option('--check', 'compare the answers with the expected ones and end', false)
    .action((options: { check: boolean }) => commands.demo(options));
  program
    .command('schema')
    .description('print the GraphQL schema')
    .action(async () => {
      process.stdout.write(await commands.printSchema());
    });
  program
    .command('settings')
    .description('print the table of settings')
    .action(() => {
      process.stdout.write(`${commands.printSettings()}\n`);
    });
  return program;
}
