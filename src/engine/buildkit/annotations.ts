import { EngineError } from '../errors.ts';

const TYPE = /^(?:index|index-descriptor|manifest(?:-descriptor)?(?:\[[\w/-]+\])?)$/;

/**
 * Attributes of an exporter for annotations of the form `name=value` or `type,…:name=value` (docs.docker.com/reference/cli/
 * docker/buildx/build, and moby/buildkit, docs/annotations.md).
 * @throws EngineError `bad-request` for one that is of another form
 */
export function annotationAttrs(annotations: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    annotations.flatMap((text) => {
      const [, types, name, value = ''] = /^(?:([^=:]+):)?([^=]+)=([^]*)$/.exec(text) ?? [];
      if (name === undefined) throw bad(text, 'is not of the form name=value');
      if (types === undefined) return [[`annotation.${name}`, value]];
      return types.split(',').map((type) => {
        if (TYPE.test(type)) return [`annotation-${type}.${name}`, value];
        throw bad(
          text,
          `is of “${type}”, not of index, index-descriptor, manifest or manifest-descriptor`,
        );
      });
    }),
  );
}

const bad = (text: string, why: string) =>
  new EngineError('bad-request', `The annotation “${text}” ${why}.`);
