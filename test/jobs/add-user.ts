import type { TestGateway } from '../support/gateway.js';

const OPERATOR = { type: 'OPERATOR' } as const;

/** Adds a user, which followers are told, to the first directory, or to a new one. @returns the revision. */
export async function addUser({ gateway }: TestGateway, name: string): Promise<number> {
  const { revision } = await gateway.store.transact(OPERATOR, async (transaction) => {
    const [directory] = await transaction.directories();
    const { id } =
      directory ??
      (await transaction.addDirectory({
        name: 'Staff',
        type: 'INTERNAL',
        nestedGroups: true,
        connection: null,
        password: null,
      }));
    await transaction.addUsers(id, [
      {
        name,
        displayName: '',
        firstName: '',
        lastName: '',
        email: '',
        active: true,
        externalId: null,
      },
    ]);
  });
  return revision;
}
