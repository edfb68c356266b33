import { homedir } from 'node:os';
import { connect } from '../../src/engine/client.ts';
import { resolveEndpoint } from '../../src/engine/endpoint.ts';
import type { Endpoint } from '../../src/engine/endpoint.ts';

/** How long an engine may take to answer, in milliseconds. */
const PATIENCE_MS = 5000;

export type Answer =
  | { readonly endpoint: Endpoint; readonly version: string }
  /** What was tried and how that went, as one sentence. */
  | { readonly endpoint?: undefined; readonly tried: string };

/** Looks for the person's own engine the way the extension does, and asks it whether it is there. */
export async function answeringEngine(): Promise<Answer> {
  const machine = {
    env: process.env,
    home: homedir(),
    platform: process.platform,
    uid: process.getuid?.(),
  };
  try {
    const endpoint = await resolveEndpoint(machine);
    const client = await connect(endpoint, { answerTimeout: PATIENCE_MS });
    const { name, version } = client.engine;
    client.close();
    return { endpoint, version: `${name} ${version}` };
  } catch (error) {
    return { tried: error instanceof Error ? error.message : String(error) };
  }
}
