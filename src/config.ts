import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { z } from 'zod';
import { endpointFault } from './domain/index.js';

/** One setting: its variable, what it means, how its text is read. The README's table is printed from these. */
interface Setting<Value> {
  readonly variable: string;
  readonly description: string;
  /** As shown in the table; `null` when there is none. */
  readonly defaultText: string | null;
  /** Secrets can also be read from the file that `<variable>_FILE` names. */
  readonly secret: boolean;
  readonly parse: z.ZodType<Value, string | undefined>;
}

const PREFIX = 'GATEHOUSE_';

const COOKIE_DOMAIN = /^\.?[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/i;

const text = () => z.string().min(1, 'must not be empty');

const SETTINGS = {
  port: {
    variable: 'PORT',
    description: 'TCP port to listen on; 0 takes any free one',
    defaultText: '4000',
    secret: false,
    parse: z
      .string()
      .default('4000')
      .refine((value) => /^\d{1,5}$/.test(value) && Number(value) <= 65_535, {
        error: 'must be a port number from 0 to 65535',
      })
      .transform(Number),
  },
  host: {
    variable: 'HOST',
    description: 'address to listen on',
    defaultText: '127.0.0.1',
    secret: false,
    parse: text()
      .default('127.0.0.1')
      .refine((value) => value === 'localhost' || isIP(value) !== 0, {
        error: 'must be an IP address or localhost',
      }),
  },
  databaseUrl: {
    variable: 'DATABASE_URL',
    description:
      '`sqlite:<path>` or `mysql://user:password@host:3306/name` (MySQL 8, MariaDB 10.6+)',
    defaultText: 'sqlite:data/gatehouse.db',
    secret: true,
    parse: text()
      .default('sqlite:data/gatehouse.db')
      .refine((value) => /^(sqlite:.|mysql:\/\/.)/.test(value ?? ''), {
        error: 'must begin with sqlite: or mysql://',
      }),
  },
  secretKey: {
    variable: `${PREFIX}SECRET_KEY`,
    description:
      '32 bytes in base64 (`openssl rand -base64 32`) that encrypt stored passwords; needed to connect a remote directory, and for webhooks with a token',
    defaultText: null,
    secret: true,
    parse: z
      .string()
      .optional()
      .transform((value) => (value === undefined ? null : Buffer.from(value, 'base64')))
      .refine((key) => key === null || key.length === 32, {
        error: 'must be 32 bytes in base64; make one with `openssl rand -base64 32`',
      }),
  },
  adminName: {
    variable: `${PREFIX}ADMIN_NAME`,
    description:
      'name of the break-glass admin, who is in no directory and works with all of them down',
    defaultText: null,
    secret: false,
    parse: text().optional(),
  },
  adminPassword: {
    variable: `${PREFIX}ADMIN_PASSWORD`,
    description: 'password of the break-glass admin, at least 12 characters',
    defaultText: null,
    secret: true,
    parse: z.string().min(12, 'must have at least 12 characters').optional(),
  },
  trustedProxies: {
    variable: `${PREFIX}TRUSTED_PROXIES`,
    description: 'addresses or CIDR ranges, comma-separated, whose X-Forwarded-For is believed',
    defaultText: 'none',
    secret: false,
    parse: z
      .string()
      .default('')
      .transform((value) =>
        value
          .split(',')
          .map((part) => part.trim())
          .filter((part) => part !== ''),
      ),
  },
  metricsToken: {
    variable: `${PREFIX}METRICS_TOKEN`,
    description:
      'lets whoever bears it read `/metrics`, at least 16 characters; without it only callers on the same machine may',
    defaultText: null,
    secret: true,
    parse: z
      .string()
      .min(16, 'must have at least 16 characters')
      .optional()
      .transform((value) => value ?? null),
  },
  mailHookUrl: {
    variable: `${PREFIX}MAIL_HOOK_URL`,
    description:
      'http or https URL that is handed the mails applications ask for, to send them; without it applications are told that no mail is sent',
    defaultText: null,
    secret: false,
    parse: z
      .string()
      .optional()
      .transform((value, context) => {
        const fault = value === undefined ? null : endpointFault(value);
        if (fault !== null) context.addIssue({ code: 'custom', message: fault });
        return value ?? null;
      }),
  },
  mailHookSecret: {
    variable: `${PREFIX}MAIL_HOOK_SECRET`,
    description:
      'signs what is handed to the mail hook (HMAC-SHA256), at least 16 characters; without it nothing is signed',
    defaultText: null,
    secret: true,
    parse: z
      .string()
      .min(16, 'must have at least 16 characters')
      .optional()
      .transform((value) => value ?? null),
  },
  logRetentionDays: {
    variable: `${PREFIX}LOG_RETENTION_DAYS`,
    description:
      'days for which the change log is kept: it is audit, time travel and what subscriptions resume from; 0 keeps it for ever',
    defaultText: '400',
    secret: false,
    parse: z
      .string()
      .default('400')
      .refine((value) => /^\d{1,5}$/.test(value) && Number(value) <= 36_500, {
        error: 'must be a number of days from 0 to 36500',
      })
      .transform(Number),
  },
  runLimitMinutes: {
    variable: `${PREFIX}RUN_LIMIT_MINUTES`,
    description:
      'minutes a server may take to tell a synchronisation everything, from 5 to 1440; a run that reads for longer fails and changes nothing',
    defaultText: '120',
    secret: false,
    parse: z
      .string()
      .default('120')
      .refine((value) => /^\d{1,4}$/.test(value) && Number(value) >= 5 && Number(value) <= 1_440, {
        error: 'must be a number of minutes from 5 to 1440',
      })
      .transform(Number),
  },
  sessionIdleMinutes: {
    variable: `${PREFIX}SESSION_IDLE_MINUTES`,
    description: 'minutes after which a session that is not used ends, from 1 to 1440',
    defaultText: '30',
    secret: false,
    parse: z
      .string()
      .default('30')
      .refine((value) => /^\d{1,4}$/.test(value) && Number(value) >= 1 && Number(value) <= 1_440, {
        error: 'must be a number of minutes from 1 to 1440',
      })
      .transform(Number),
  },
  sessionHours: {
    variable: `${PREFIX}SESSION_HOURS`,
    description: 'hours after which a session ends however much it is used, from 1 to 720',
    defaultText: '12',
    secret: false,
    parse: z
      .string()
      .default('12')
      .refine((value) => /^\d{1,3}$/.test(value) && Number(value) >= 1 && Number(value) <= 720, {
        error: 'must be a number of hours from 1 to 720',
      })
      .transform(Number),
  },
  sessionCookie: {
    variable: `${PREFIX}SESSION_COOKIE`,
    description: 'name of the cookie that carries the token of a session',
    defaultText: 'crowd.token_key',
    secret: false,
    parse: z
      .string()
      .default('crowd.token_key')
      .refine((value) => /^[\w!#$%&'*+.^`|~-]{1,100}$/.test(value), {
        error: 'must be a name of a cookie: letters, digits, and none of ()<>@,;:\\"/[]?={}',
      }),
  },
  sessionCookieDomain: {
    variable: `${PREFIX}SESSION_COOKIE_DOMAIN`,
    description:
      'domain whose hosts share the session cookie, such as `example.org`; without it the cookie is for the host of the gateway alone',
    defaultText: null,
    secret: false,
    parse: z
      .string()
      .optional()
      .refine((value) => value === undefined || COOKIE_DOMAIN.test(value), {
        error: 'must be a domain such as example.org',
      })
      .transform((value) => value ?? null),
  },
  sessionCookieSecure: {
    variable: `${PREFIX}SESSION_COOKIE_SECURE`,
    description:
      '`true`: browsers send the session cookie over HTTPS alone, and applications are told so; `false`: that holds for sign-ins that came over HTTPS only',
    defaultText: 'false',
    secret: false,
    parse: z
      .enum(['true', 'false'], { error: 'must be true or false' })
      .default('false')
      .transform((value) => value === 'true'),
  },
  logLevel: {
    variable: `${PREFIX}LOG_LEVEL`,
    description: '`trace`, `debug`, `info`, `warn`, `error`, `fatal` or `silent`',
    defaultText: 'info',
    secret: false,
    parse: z
      .string()
      .default('info')
      .refine(
        (value) => ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'].includes(value),
        {
          error: 'must be trace, debug, info, warn, error, fatal or silent',
        },
      ),
  },
} satisfies Record<string, Setting<unknown>>;

type Values = { [Name in keyof typeof SETTINGS]: z.output<(typeof SETTINGS)[Name]['parse']> };

export interface Config
  extends Omit<
    Values,
    'adminName' | 'adminPassword' | 'host' | 'databaseUrl' | 'mailHookUrl' | 'mailHookSecret'
  > {
  readonly host: string;
  readonly databaseUrl: string;
  readonly breakGlass: { readonly name: string; readonly password: string } | null;
  readonly mailHook: { readonly url: string; readonly secret: string | null } | null;
}

/** The start must not go on: the message says which variable and what to do. Holds no secret. */
export class ConfigError extends Error {}

/**
 * Reads the settings from an environment.
 * @throws ConfigError for an unknown `GATEHOUSE_` key, an unreadable value or half a setting.
 */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  refuseUnknown(environment);
  const values = {} as Record<string, unknown>;
  for (const [name, setting] of Object.entries<Setting<unknown>>(SETTINGS)) {
    const result = setting.parse.safeParse(rawValue(environment, setting));
    if (!result.success) {
      throw new ConfigError(`${setting.variable} ${result.error.issues[0].message}`);
    }
    values[name] = result.data;
  }
  const { adminName, adminPassword, mailHookUrl, mailHookSecret, ...rest } = values as Values;
  if ((adminName === undefined) !== (adminPassword === undefined)) {
    throw new ConfigError(
      `${SETTINGS.adminName.variable} and ${SETTINGS.adminPassword.variable} belong together: set both or neither`,
    );
  }
  if (mailHookUrl === null && mailHookSecret !== null) {
    throw new ConfigError(
      `${SETTINGS.mailHookSecret.variable} signs nothing without ${SETTINGS.mailHookUrl.variable}: set both or neither`,
    );
  }
  return {
    ...rest,
    mailHook: mailHookUrl === null ? null : { url: mailHookUrl, secret: mailHookSecret },
    breakGlass: adminName && adminPassword ? { name: adminName, password: adminPassword } : null,
  };
}

/** The table of settings in Markdown, as the README shows it. */
export function settingsTable(): string {
  const rows = Object.values<Setting<unknown>>(SETTINGS).map((setting) => {
    const variable = `\`${setting.variable}\`${setting.secret ? ` (or \`${setting.variable}_FILE\`)` : ''}`;
    return `| ${variable} | ${setting.description} | ${setting.defaultText ?? 'not set'} |`;
  });
  return ['| variable | meaning | default |', '| --- | --- | --- |', ...rows].join('\n');
}

function rawValue(environment: NodeJS.ProcessEnv, setting: Setting<unknown>): string | undefined {
  const direct = environment[setting.variable];
  const fileVariable = `${setting.variable}_FILE`;
  const file = setting.secret ? environment[fileVariable] : undefined;
  if (file === undefined) return direct;
  if (direct !== undefined) {
    throw new ConfigError(`${setting.variable} and ${fileVariable} are both set: remove one`);
  }
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch {
    throw new ConfigError(
      `${fileVariable} names a file that cannot be read: check path and rights`,
    );
  }
}

function refuseUnknown(environment: NodeJS.ProcessEnv): void {
  const known = new Set(
    Object.values<Setting<unknown>>(SETTINGS).flatMap(({ variable, secret }) =>
      secret ? [variable, `${variable}_FILE`] : [variable],
    ),
  );
  for (const key of Object.keys(environment)) {
    if (key.startsWith(PREFIX) && !known.has(key)) {
      const names = [...known].filter((name) => name.startsWith(PREFIX)).join(', ');
      throw new ConfigError(
        `${key} is no setting of Gatehouse: check the spelling (there are ${names})`,
      );
    }
  }
}
