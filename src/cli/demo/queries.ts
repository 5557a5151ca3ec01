import { ADMINISTRATOR, COMPANY, MASKED_PERSON, staff } from './company.js';

/** A question of the README with the answer that the demo's gateway gives. */
export interface Example {
  readonly title: string;
  readonly query: string;
  readonly data: unknown;
}

/** Seats that the demo's company takes: see `planCompany` for who is inactive or outside. */
export const SEATS = 1_044;

/** Somebody of the company who is in no group below `bitbucket-users`. */
const VISITOR = staff(70);

/** The README shows these three word for word, the demo prints and checks them. */
export const EXAMPLES: readonly Example[] = [
  {
    title: 'What may somebody do, and why?',
    query: `{
  effectivePermissions(user: "${MASKED_PERSON}") {
    directory { name }
    permissions {
      permission
      derivations(first: 1) { message }
    }
  }
}`,
    data: {
      effectivePermissions: {
        directory: { name: 'Company Jira' },
        permissions: [
          {
            permission: 'LICENSED_USER',
            derivations: [
              {
                message: `\`${MASKED_PERSON}\` is in \`squad-2-16\`, which is in \`team-2\`, which is in \`area-2\`, which is in \`department-2\`, which is in \`division-2\`, which is in \`bitbucket-users\`, which has been granted LICENSED_USER`,
              },
            ],
          },
        ],
      },
    },
  },
  {
    title: 'Why may somebody not?',
    query: `{
  explain(user: "${VISITOR}", permission: "LICENSED_USER") {
    allowed
    missing { reason message }
  }
}`,
    data: {
      explain: {
        allowed: false,
        missing: [
          {
            reason: 'NOT_IN_GRANTED_GROUP',
            message: `LICENSED_USER comes with SYS_ADMIN for the group \`bitbucket-administrators\`, LICENSED_USER for the group \`bitbucket-users\`, and \`${VISITOR}\` is none of these nor in one; add the user to a group that has it`,
          },
        ],
      },
    },
  },
  {
    title: 'Who holds what, and how full is the licence?',
    query: `{
  licence { limit used overLimit }
  check(user: "${MASKED_PERSON}", permission: "LICENSED_USER")
  holders(permission: "SYS_ADMIN") {
    totalCount
    nodes { name directory { name } }
  }
}`,
    data: {
      licence: { limit: COMPANY.licenceLimit, used: SEATS, overLimit: true },
      check: true,
      holders: {
        totalCount: 2,
        nodes: [
          { name: ADMINISTRATOR, directory: { name: 'Company Jira' } },
          { name: staff(42), directory: { name: 'Company Jira' } },
        ],
      },
    },
  },
];
