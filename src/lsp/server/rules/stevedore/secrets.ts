/** What a file is that must stay out of images. */
export interface Secret {
  /** In a sentence: `holds …`. */
  readonly holds: string;
  /** Whether its text shows that it does; undefined when its name alone is enough. */
  readonly shows?: (text: string) => boolean;
}

const privateKey = (text: string) => /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----/.test(text);

const BY_NAME: readonly (readonly [RegExp, Secret])[] = [
  [/^\.env(?:\.local|\.[\w-]+\.local)?$/, { holds: 'settings that are meant to stay secret' }],
  [/^id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?$/, { holds: 'a private key' }],
  [/^[._]netrc$/, { holds: 'passwords' }],
  [/^\.git-credentials$/, { holds: 'passwords' }],
  [/^\.pgpass$/, { holds: 'passwords' }],
  [/^(?:kubeconfig|.*\.kubeconfig)$/, { holds: 'credentials of a cluster' }],
  [/^application_default_credentials\.json$/, { holds: 'credentials of a cloud account' }],
  [/\.(?:pem|key)$/, { holds: 'a private key', shows: privateKey }],
  [
    /^\.npmrc$/,
    {
      holds: 'a token of a registry',
      // One that is taken from the environment isn't in the file.
      shows: (text) => /^[^#;\n]*(?:_authToken|_auth|_password)\s*=\s*[^\s$]/m.test(text),
    },
  ],
  [
    /^\.yarnrc\.yml$/,
    {
      holds: 'a token of a registry',
      shows: (text) => /^[^#\n]*npmAuth(?:Token|Ident):\s*['"]?[^\s'"$]/m.test(text),
    },
  ],
  [/^\.pypirc$/, { holds: 'a password', shows: (text) => /^\s*password\s*[:=]\s*\S/m.test(text) }],
  [
    /^pip\.(?:conf|ini)$/,
    { holds: 'a password', shows: (text) => /:\/\/[^\s/:@$]+:[^\s/@$]+@/.test(text) },
  ],
  [
    /^settings\.xml$/,
    {
      holds: 'a password',
      // One that Maven has encrypted stands in braces.
      shows: (text) => /<password>\s*[^\s$<{][^<]*<\/password>/.test(text),
    },
  ],
  [
    /^nuget\.config$/i,
    {
      holds: 'a password',
      shows: (text) => /"ClearTextPassword"\s+value="[^"%]/i.test(text),
    },
  ],
  [
    /^auth\.json$/,
    {
      holds: 'passwords of registries',
      shows: (text) =>
        /"(?:http-basic|bearer|(?:github|gitlab|bitbucket)-(?:oauth|token))"\s*:\s*\{\s*"/.test(
          text,
        ),
    },
  ],
  [/^\.vault-token$/, { holds: 'a token' }],
  [
    /\.json$/,
    { holds: 'a private key', shows: (text) => /"private_key"\s*:\s*"-----BEGIN/.test(text) },
  ],
];

/** What is there for tests, and stores of certificates that one trusts. */
const HARMLESS =
  /debug|demo|dummy|example|fixture|localhost|mock|sample|(?<!la)test|trust|cacerts|(?<![a-z])(?:ca|spec)(?![a-z])/i;

/** Folders of what is made up. */
const FOR_TESTS =
  /(?:^|\/)(?:_*tests?_*|testdata|test[-_]data|specs?|e2e|fixtures?|examples?|samples?|mocks?|demos?)\//i;

const BY_PATH: readonly (readonly [RegExp, Secret, unless?: RegExp])[] = [
  [/(?:^|\/)\.aws(?:\/credentials)?$/, { holds: 'credentials of a cloud account' }],
  [
    /(?:^|\/)\.config\/gcloud(?:\/(?:credentials|access_tokens)\.db)?$/,
    { holds: 'credentials of a cloud account' },
  ],
  // Other files there may be a project's own.
  [
    /(?:^|\/)\.azure\/(?:msal_token_cache|accessTokens|service_principal_entries)\.(?:json|bin)$/,
    { holds: 'credentials of a cloud account' },
  ],
  [
    /(?:^|\/)config\/(?:master|credentials\/\w+)\.key$/,
    { holds: 'the key to the secrets of a Rails application' },
    HARMLESS,
  ],
  // Written otherwise, `.KeyStore` ends the name of a project's folder.
  [/\.(?:jks|JKS|keystore|p12|P12|pfx|PFX)$/, { holds: 'a private key' }, HARMLESS],
  [/\.tfstate(?:\.backup)?$/, { holds: 'what Terraform knows, secrets included' }, HARMLESS],
  [/(?:^|\/)\.kube(?:\/config)?$/, { holds: 'credentials of a cluster' }],
  [/(?:^|\/)\.cargo\/credentials(?:\.toml)?$/, { holds: 'a token of a registry' }],
  [/(?:^|\/)\.gem\/credentials$/, { holds: 'a token of a registry' }],
  [/(?:^|\/)\.gnupg$/, { holds: 'private keys' }],
  [/(?:^|\/)\.ssh$/, { holds: 'private keys' }],
  [
    /(?:^|\/)\.docker\/config\.json$/,
    { holds: 'passwords of registries', shows: (text) => /"auth"\s*:\s*"[^"]/.test(text) },
  ],
];

/** What a file of this path holds that should not get into an image; undefined when nothing says that it does. */
export function secretOf(path: string): Secret | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const found =
    BY_PATH.find(([pattern, , unless]) => pattern.test(path) && unless?.test(path) !== true) ??
    (FOR_TESTS.test(path) ? undefined : BY_NAME.find(([pattern]) => pattern.test(name)));
  return found?.[1];
}

/** Whether a file in a folder of keys is none, as `.ssh/known_hosts`. */
export function isPublic(path: string): boolean {
  return /(?:^|\/)(?:known_hosts[^/]*|authorized_keys|config|[^/]*\.pub|README[^/]*|\.git\w+)$/i.test(
    path,
  );
}
