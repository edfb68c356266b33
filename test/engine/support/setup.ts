import { testClient } from './engine.ts';

/** Makes the images of these tests before any of them runs: of two files that make them at once one would take the other's. */
export async function setup(): Promise<void> {
  const client = await testClient();
  client.close();
}
