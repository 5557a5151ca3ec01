/** Ends the database server that the set-up started, if any. */
export default async function tearDown(): Promise<void> {
  const started = globalThis as { gatehouseTestServer?: { stop(): Promise<void> } };
  await started.gatehouseTestServer?.stop();
}
