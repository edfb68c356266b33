/**
 * Names of the variables that an image sets, by its configuration: `Env` holds `NAME=value` (OCI image-spec 1.1 and Docker's
 * `Config` alike). Empty for anything else.
 */
export function variablesOf(config: unknown): string[] {
  const env =
    typeof config === 'object' && config !== null ? (config as { Env?: unknown }).Env : undefined;
  if (!Array.isArray(env)) return [];
  return env.flatMap((one) =>
    typeof one === 'string' && one.includes('=') ? [one.slice(0, one.indexOf('='))] : [],
  );
}
