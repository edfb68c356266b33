import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { newRef } from '../../../src/engine/buildkit/ids.ts';
import type { StatusUpdate } from '../../../src/engine/builds/model.ts';
import { createBuildRecord } from '../../../src/engine/builds/record.ts';
import { requestOf } from '../../../src/engine/builds/request.ts';
import { inspectImage, pullImage, removeImage } from '../../../src/engine/images.ts';
import { podman, suiteClient, unique } from '../support/engine.ts';
import { builderOf, folder } from './support.ts';

const client = await suiteClient();

/** Builds and pushes; `onStatus` is told what happens. */
async function push(tag: string, onStatus: (update: StatusUpdate) => void, signal?: AbortSignal) {
  const dir = await folder();
  await writeFile(join(dir, 'file'), unique('x'));
  const dockerfile = join(dir, 'Dockerfile');
  await writeFile(dockerfile, 'FROM scratch\nCOPY file /\n');
  onTestFinished(() => removeImage(client, tag, { force: true }).then(undefined, () => {}));
  const builders: string[] = [];
  const options = { context: dir, dockerfile, tags: [tag], push: true };
  const record = createBuildRecord('ref', requestOf(options));
  const done = builderOf(client, dir)(
    options,
    {
      ref: newRef(),
      onStatus: (update) => {
        record.update(update);
        onStatus(update);
      },
      onSecret: () => {},
      onBuilder: (builder) => builders.push(builder),
    },
    signal ?? new AbortController().signal,
  );
  const step = () => record.build().steps.find(({ name }) => name === `pushing ${tag}`);
  return { done, record, step, builders };
}

describe.skipIf(podman)('a build that is pushed', () => {
  it('is in the registry, and says how it got there', async () => {
    const tag = `${process.env['STEVEDORE_TEST_REGISTRY']}/${unique('pushed')}:1`;
    const { done, step } = await push(tag, () => {});
    const image = await done;
    expect(step()?.state).toBe('completed');
    expect(step()?.transfers.length).toBeGreaterThan(0);
    await removeImage(client, tag, { force: true });
    await pullImage(client, tag);
    expect((await inspectImage(client, tag)).Id).toBe(image);
  });

  it('says that the registry refused, and is not built in another way', async () => {
    const tag = `${process.env['STEVEDORE_TEST_REGISTRY_AUTH']}/${unique('refused')}:1`;
    const { done, step, builders } = await push(tag, () => {});
    const host = process.env['STEVEDORE_TEST_REGISTRY_AUTH'] ?? '';
    await expect(done).rejects.toMatchObject({
      reason: 'unauthorized',
      // containerd says more of it.
      message: expect.stringMatching(
        `^The image is built, but “${tag}” could not be pushed: .*no basic auth credentials\\. Sign in to ${host}\\.$`,
      ),
    });
    expect(step()?.state).toBe('failed');
    expect(builders).toEqual([]);
  });

  it('has no failed step when it is cancelled', async () => {
    const tag = `${process.env['STEVEDORE_TEST_REGISTRY']}/${unique('cancelled')}:1`;
    const controller = new AbortController();
    const { done, step, record } = await push(
      tag,
      ({ steps }) => {
        if (steps.some(({ name }) => name.startsWith('pushing'))) controller.abort();
      },
      controller.signal,
    );
    await expect(done).rejects.toMatchObject({ reason: 'cancelled' });
    record.finish({ state: 'cancelled' });
    expect(step()?.state).toBe('cancelled');
  });
});
