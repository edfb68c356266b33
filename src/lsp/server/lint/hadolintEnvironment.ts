import { LABEL_TYPES } from '../data/labelTypes.ts';
import type { LabelType } from '../rules/rule.ts';
import type { HadolintConfig } from './hadolintConfig.ts';
import { toThreshold } from './hadolintConfig.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const TRUTHY: ReadonlySet<string> = new Set(['1', 'y', 'on', 'true', 'yes']);

/**
 * hadolint's configuration as its `HADOLINT_*` environment variables give it. As in hadolint a label whose type isn't
 * known and a level that isn't one are passed over.
 */
export function hadolintEnvironment(env: Environment): HadolintConfig {
  const threshold = env['HADOLINT_FAILURE_THRESHOLD'];
  return {
    ignored: list(env['HADOLINT_IGNORE']),
    override: {
      error: list(env['HADOLINT_OVERRIDE_ERROR']),
      warning: list(env['HADOLINT_OVERRIDE_WARNING']),
      info: list(env['HADOLINT_OVERRIDE_INFO']),
      style: list(env['HADOLINT_OVERRIDE_STYLE']),
    },
    failureThreshold: threshold === undefined ? undefined : toThreshold(threshold),
    noFail: truth(env['HADOLINT_NOFAIL']),
    trustedRegistries: list(env['HADOLINT_TRUSTED_REGISTRIES']),
    labelSchema: schema(env['HADOLINT_REQUIRE_LABELS']),
    strictLabels: truth(env['HADOLINT_STRICT_LABELS']),
    disableIgnorePragma: truth(env['HADOLINT_DISABLE_IGNORE_PRAGMA']),
  };
}

/** Two configurations as one: lists add up, of the rest `over` wins where it says something. */
export function mergeHadolintConfig(under: HadolintConfig, over: HadolintConfig): HadolintConfig {
  const both = (a: readonly string[], b: readonly string[]) => [...new Set([...a, ...b])];
  return {
    ignored: both(under.ignored, over.ignored),
    override: {
      error: both(under.override.error, over.override.error),
      warning: both(under.override.warning, over.override.warning),
      info: both(under.override.info, over.override.info),
      style: both(under.override.style, over.override.style),
    },
    failureThreshold: over.failureThreshold ?? under.failureThreshold,
    noFail: over.noFail ?? under.noFail,
    trustedRegistries: both(under.trustedRegistries, over.trustedRegistries),
    labelSchema: new Map([...over.labelSchema, ...under.labelSchema]),
    strictLabels: over.strictLabels ?? under.strictLabels,
    disableIgnorePragma: over.disableIgnorePragma ?? under.disableIgnorePragma,
  };
}

function list(value: string | undefined): string[] {
  return (value ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

function truth(value: string | undefined): boolean | undefined {
  return value === undefined ? undefined : TRUTHY.has(value.toLowerCase());
}

function schema(value: string | undefined): ReadonlyMap<string, LabelType> {
  return new Map(
    list(value).flatMap((pair): [string, LabelType][] => {
      const colon = pair.indexOf(':');
      const name = colon < 0 ? pair : pair.slice(0, colon);
      const type = LABEL_TYPES.get(colon < 0 ? '' : pair.slice(colon + 1));
      return type ? [[name, type]] : [];
    }),
  );
}
