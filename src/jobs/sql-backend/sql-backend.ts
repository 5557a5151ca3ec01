import type { AgendaBackend } from 'agenda';
import type { JobDatabase } from './job-database.js';
import { SqlJobRepository } from './sql-job-repository.js';

/** Lets Agenda keep its jobs in a SQL database that somebody else opened and will close. */
export class SqlBackend implements AgendaBackend {
  readonly name: string;
  readonly repository: SqlJobRepository;
  readonly ownsConnection = false;

  constructor(database: JobDatabase) {
    this.name = database.dialect === 'sqlite' ? 'SQLite' : 'MySQL';
    this.repository = new SqlJobRepository(database);
  }

  connect(): Promise<void> {
    return this.repository.connect();
  }

  async disconnect(): Promise<void> {
    // The database outlives Agenda.
  }
}
