import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ConfigError, readConfig, settingsTable } from '../../../src/config.js';

const KEY = Buffer.alloc(32, 7).toString('base64');

describe('the configuration', () => {
  it('needs nothing', () => {
    expect(readConfig({})).toEqual({
      port: 4000,
      host: '127.0.0.1',
      databaseUrl: 'sqlite:data/gatehouse.db',
      secretKey: null,
      trustedProxies: [],
      metricsToken: null,
      mailHook: null,
      logRetentionDays: 400,
      runLimitMinutes: 120,
      sessionIdleMinutes: 30,
      sessionHours: 12,
      sessionCookie: 'crowd.token_key',
      sessionCookieDomain: null,
      sessionCookieSecure: false,
      logLevel: 'info',
      breakGlass: null,
    });
  });

  it('reads every setting', () => {
    const config = readConfig({
      PORT: '0',
      HOST: '::1',
      DATABASE_URL: 'mysql://u:p@127.0.0.1:3306/g',
      GATEHOUSE_SECRET_KEY: KEY,
      GATEHOUSE_ADMIN_NAME: 'root',
      GATEHOUSE_ADMIN_PASSWORD: 'twelve-chars-or-more',
      GATEHOUSE_TRUSTED_PROXIES: '10.0.0.1, 10.1.0.0/16',
      GATEHOUSE_METRICS_TOKEN: 'sixteen-or-more-of-them',
      GATEHOUSE_MAIL_HOOK_URL: 'http://127.0.0.1:8025/send',
      GATEHOUSE_MAIL_HOOK_SECRET: 'a-secret-of-sixteen',
      GATEHOUSE_LOG_RETENTION_DAYS: '0',
      GATEHOUSE_RUN_LIMIT_MINUTES: '1440',
      GATEHOUSE_SESSION_IDLE_MINUTES: '5',
      GATEHOUSE_SESSION_HOURS: '720',
      GATEHOUSE_SESSION_COOKIE: 'sso',
      GATEHOUSE_SESSION_COOKIE_DOMAIN: '.example.org',
      GATEHOUSE_SESSION_COOKIE_SECURE: 'true',
      GATEHOUSE_LOG_LEVEL: 'warn',
    });
    expect(config.secretKey).toEqual(Buffer.alloc(32, 7));
    expect(config.breakGlass).toEqual({ name: 'root', password: 'twelve-chars-or-more' });
    expect(config.trustedProxies).toEqual(['10.0.0.1', '10.1.0.0/16']);
    expect(config.metricsToken).toBe('sixteen-or-more-of-them');
    expect(config.mailHook).toEqual({
      url: 'http://127.0.0.1:8025/send',
      secret: 'a-secret-of-sixteen',
    });
    expect(config.logRetentionDays).toBe(0);
    expect(config.runLimitMinutes).toBe(1_440);
    expect(config).toMatchObject({
      sessionIdleMinutes: 5,
      sessionHours: 720,
      sessionCookie: 'sso',
      sessionCookieDomain: '.example.org',
      sessionCookieSecure: true,
    });
  });

  it.each([
    {
      name: 'an unknown key',
      environment: { GATEHOUSE_ADMIN_NAM: 'x' },
      says: 'GATEHOUSE_ADMIN_NAM',
    },
    { name: 'half a setting', environment: { GATEHOUSE_ADMIN_NAME: 'root' }, says: 'set both' },
    { name: 'a bad port', environment: { PORT: '70000' }, says: 'PORT' },
    { name: 'a host name', environment: { HOST: 'gateway.example.org' }, says: 'HOST' },
    {
      name: 'another database',
      environment: { DATABASE_URL: 'postgres://x' },
      says: 'DATABASE_URL',
    },
    { name: 'a short key', environment: { GATEHOUSE_SECRET_KEY: 'c2hvcnQ=' }, says: '32 bytes' },
    {
      name: 'a bad level',
      environment: { GATEHOUSE_LOG_LEVEL: 'loud' },
      says: 'GATEHOUSE_LOG_LEVEL',
    },
    {
      name: 'a fraction of a day',
      environment: { GATEHOUSE_LOG_RETENTION_DAYS: '0.5' },
      says: 'GATEHOUSE_LOG_RETENTION_DAYS',
    },
    {
      name: 'more days than there were',
      environment: { GATEHOUSE_LOG_RETENTION_DAYS: '36501' },
      says: '36500',
    },
    {
      name: 'a short token',
      environment: { GATEHOUSE_METRICS_TOKEN: 'fifteen-letters' },
      says: '16 characters',
    },
    {
      name: 'a mail hook that is no URL',
      environment: { GATEHOUSE_MAIL_HOOK_URL: 'mail.example.org' },
      says: 'GATEHOUSE_MAIL_HOOK_URL',
    },
    {
      name: 'a mail hook with a password in its URL',
      environment: { GATEHOUSE_MAIL_HOOK_URL: 'https://a:b@mail.example.org' },
      says: 'GATEHOUSE_MAIL_HOOK_URL',
    },
    {
      name: 'a secret for no mail hook',
      environment: { GATEHOUSE_MAIL_HOOK_SECRET: 'a-secret-of-sixteen' },
      says: 'GATEHOUSE_MAIL_HOOK_URL',
    },
    {
      name: 'a run of a moment',
      environment: { GATEHOUSE_RUN_LIMIT_MINUTES: '4' },
      says: 'GATEHOUSE_RUN_LIMIT_MINUTES',
    },
    {
      name: 'a run of days',
      environment: { GATEHOUSE_RUN_LIMIT_MINUTES: '1441' },
      says: '1440',
    },
    {
      name: 'sessions without an idle time',
      environment: { GATEHOUSE_SESSION_IDLE_MINUTES: '0' },
      says: 'GATEHOUSE_SESSION_IDLE_MINUTES',
    },
    {
      name: 'sessions of a month and a day',
      environment: { GATEHOUSE_SESSION_HOURS: '744' },
      says: '720',
    },
    {
      name: 'a cookie whose name would end early',
      environment: { GATEHOUSE_SESSION_COOKIE: 'a=b;' },
      says: 'GATEHOUSE_SESSION_COOKIE',
    },
    {
      name: 'a domain that says more',
      environment: { GATEHOUSE_SESSION_COOKIE_DOMAIN: 'example.org; Path=/' },
      says: 'GATEHOUSE_SESSION_COOKIE_DOMAIN',
    },
    {
      name: 'a cookie that is secure somehow',
      environment: { GATEHOUSE_SESSION_COOKIE_SECURE: 'yes' },
      says: 'true or false',
    },
    {
      name: 'a short password',
      environment: { GATEHOUSE_ADMIN_NAME: 'root', GATEHOUSE_ADMIN_PASSWORD: 'short' },
      says: '12 characters',
    },
    {
      name: 'a secret file that is not there',
      environment: { GATEHOUSE_SECRET_KEY_FILE: '/nonexistent/key' },
      says: 'GATEHOUSE_SECRET_KEY_FILE',
    },
  ])('refuses $name with a sentence that names it', ({ environment, says }) => {
    expect(() => readConfig(environment)).toThrow(ConfigError);
    expect(() => readConfig(environment)).toThrow(says);
  });

  it('reads a secret from a file, and refuses it given twice', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'gatehouse-config-')), 'key');
    writeFileSync(file, `${KEY}\n`);
    expect(readConfig({ GATEHOUSE_SECRET_KEY_FILE: file }).secretKey).toHaveLength(32);
    const twice = { GATEHOUSE_SECRET_KEY_FILE: file, GATEHOUSE_SECRET_KEY: KEY };
    expect(() => readConfig(twice)).toThrow('remove one');
  });

  it('never repeats a secret in a refusal', () => {
    const environment = { GATEHOUSE_SECRET_KEY: 'hunter2-hunter2-hunter2' };
    expect(() => readConfig(environment)).toThrow(expect.not.stringContaining('hunter2') as never);
  });

  it('is described in the README as it is', () => {
    expect(readFileSync('README.md', 'utf8')).toContain(settingsTable());
  });
});
