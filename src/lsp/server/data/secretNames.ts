/** Names of variables that hadolint 2.15 takes for secret or private, by the service or program that reads them. */
const BY_SERVICE: Readonly<Record<string, readonly string[]>> = {
  AWS: ['ACCESS_KEY_ID', 'SECRET_ACCESS_KEY'],
  BITTREX: ['API_KEY', 'API_SECRET'],
  CF: ['PASSWORD', 'USERNAME'],
  CI: ['DEPLOY_PASSWORD', 'DEPLOY_USER'],
  CIRCLE: ['TOKEN'],
  DOCKER: ['EMAIL', 'PASSWORD', 'USERNAME'],
  DOCKERHUB: ['PASSWORD'],
  FACEBOOK: ['ACCESS_TOKEN', 'APP_ID', 'APP_SECRET'],
  FIREBASE: ['API_TOKEN', 'TOKEN'],
  FOSSA: ['API_KEY'],
  GH: ['TOKEN', 'ENTERPRISE_TOKEN'],
  GITHUB: ['TOKEN', 'ENTERPRISE_TOKEN'],
  HEROKU: ['API_KEY', 'API_USER'],
  NPM: ['AUTH_TOKEN', 'TOKEN'],
  OKTA: [
    'AUTHN_GROUPID',
    'CLIENT_ORGURL',
    'CLIENT_TOKEN',
    'OAUTH2_CLIENTID',
    'OAUTH2_CLIENTSECRET',
  ],
  OPENAI: ['API_KEY'],
  OS: ['PASSWORD', 'USERNAME'],
  POSTGRES: ['PASSWORD'],
  SLACK: ['TOKEN'],
  STRIPE: ['API_KEY', 'DEVICE_NAME'],
  TRAVIS: ['OS_NAME', 'SECURE_ENV_VARS', 'SUDO'],
  VAULT: ['CLIENT_KEY', 'TOKEN'],
};
const OF_ANY = ['ACCESS_TOKEN', 'APP_SECRET', 'APPLICATION_KEY', 'AUTH_TOKEN'];

export const SECRET_NAMES: ReadonlySet<string> = new Set([
  ...OF_ANY,
  ...Object.entries(BY_SERVICE).flatMap(([service, names]) =>
    names.map((name) => `${service}_${name}`),
  ),
]);

/** What makes any name one of a secret, in whatever case. */
export const SECRET_PARTS = /api_key|client_key|password|private|secret|token|username/i;
