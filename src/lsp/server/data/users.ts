import { table } from '../../../util/table.ts';

/** Users that a base image brings along, by the last part of its repository; those of every image stand first. */
export const EVERYWHERE: readonly string[] = ['root', 'nobody'];

/** The user without rights, where there are no names. */
export const NOBODY = '65534';

export const IMAGE_USERS: Readonly<Record<string, readonly string[]>> = table({
  alpine: ['guest', 'www-data'],
  bun: ['bun'],
  caddy: ['www-data'],
  debian: ['www-data'],
  deno: ['deno'],
  elasticsearch: ['elasticsearch'],
  gradle: ['gradle'],
  haproxy: ['haproxy'],
  httpd: ['www-data'],
  jenkins: ['jenkins'],
  jetty: ['jetty'],
  mariadb: ['mysql'],
  memcached: ['memcache'],
  mongo: ['mongodb'],
  mysql: ['mysql'],
  nginx: ['nginx'],
  'nginx-unprivileged': ['nginx'],
  node: ['node'],
  php: ['www-data'],
  postgres: ['postgres'],
  rabbitmq: ['rabbitmq'],
  redis: ['redis'],
  ubuntu: ['ubuntu', 'www-data'],
  valkey: ['valkey'],
  wordpress: ['www-data'],
});

/** In images whose tag or repository says so, as distroless and Chainguard name it. */
export const NONROOT = 'nonroot';

/** The users of Windows' base images, whose names aren't told apart by case. Users have no numbers there. */
export const WINDOWS_USER = /^Container(?:User|Administrator)$/i;
