import type { InstalledEngine } from '../../../scripts/lib/engines.ts';

/** A variable that scripts/bed.ts sets; throws outside a bed, naming the way in. */
export function bedVariable(name: string): string {
  const value = process.env[name];
  if (value === undefined)
    throw new Error(`${name} is not set: run this by node --import tsx scripts/bed.ts new -- …`);
  return value;
}

/** The bed's engine as it lies in the cache: programs, libraries, plugins. */
export function installedEngine(): InstalledEngine {
  return JSON.parse(bedVariable('STEVEDORE_TEST_INSTALLED')) as InstalledEngine;
}

/** Path of the unix socket of the bed's engine. */
export function engineSocket(): string {
  return bedVariable('STEVEDORE_TEST_ENGINE').replace('unix://', '');
}
