import type { DataSet } from '../dataset/data-set.js';
import { AnswersDiffer } from '../engine/cross-check.js';
import { APPLICATION } from '../gateway/company.js';
import { type GatewayHandle, PASSWORD } from '../gateway/gateway-handle.js';

/** A gateway that has the data, on its own database. */
export interface Upstream {
  readonly data: DataSet;
  readonly databaseUrl: string;
  readonly gateway: GatewayHandle;
}

/** Connects a server as a directory. @returns its id. */
export async function connect(gateway: GatewayHandle, serverUrl: string): Promise<string> {
  const { addDirectory } = await gateway.admin.ask<{
    addDirectory: { directory: { id: string } };
  }>(`mutation ($input: AddDirectoryInput!) { addDirectory(input: $input) { directory { id } } }`, {
    input: {
      name: 'Upstream',
      type: 'CROWD',
      nestedGroups: true,
      connection: { serverUrl, applicationName: APPLICATION },
      applicationPassword: PASSWORD,
    },
  });
  return addDirectory.directory.id;
}

/** One run to its end, over HTTP. @throws AnswersDiffer when it did not succeed. */
export async function run(
  gateway: GatewayHandle,
  id: string,
  { full = false } = {},
): Promise<{ readonly ns: number; readonly kind: string }> {
  const begun = process.hrtime.bigint();
  const { synchroniseDirectory } = await gateway.admin.ask<{
    synchroniseDirectory: { run: { outcome: string; reason: string | null; kind: string } };
  }>(
    `mutation ($id: ID!, $full: Boolean!) {
      synchroniseDirectory(id: $id, full: $full) { run { outcome reason kind } }
    }`,
    { id, full },
  );
  const ns = Number(process.hrtime.bigint() - begun);
  const { outcome, reason, kind } = synchroniseDirectory.run;
  if (outcome !== 'SUCCEEDED') throw new AnswersDiffer(`a run ended as ${outcome}: ${reason}`);
  return { ns, kind };
}
