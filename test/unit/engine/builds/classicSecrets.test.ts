import { expect, test } from 'vitest';
import { demandSecretMounts, takesSecrets } from '../../../../src/engine/builds/classicSecrets.ts';

test.each([
  ['4.3.1', true],
  ['10.0.0-rc1', true],
  ['3.4.4', false],
  [undefined, false],
])('Podman %s gives steps secrets that no other gets to see: %s', (podman, takes) => {
  expect(takesSecrets({ podman })).toBe(takes);
});

test.each([
  ['4.3.1', 'RUN --mount=type=secret,id=a,required=true true'],
  ['4.6.0', 'RUN --mount=type=secret,id=a,required true'],
  ['5.2.0', 'run --network=none --mount=id=a,required,type=secret true'],
  ['4.3.1', '# RUN --mount=type=secret,required'],
  ['4.3.1', 'RUN echo --mount=type=secret,required'],
  ['4.3.1', 'RUN --mount=type=bind,readonly,target=/a true'],
  [undefined, 'RUN --mount=type=secret,required true'],
])('Podman %s builds %s', (podman, line) => {
  expect(() => demandSecretMounts({ podman }, `FROM a\n${line}\n`)).not.toThrow();
});

test.each([
  ['4.5.1', 'RUN --mount=type=secret,id=a,required true', 2, 'required', 'required=true'],
  ['4.3.1', 'RUN \\\n  --mount=required,type=secret true', 2, 'required', 'required=true'],
  ['5.2.0', 'LABEL a=b\nRUN --mount=type=secret,id true', 3, 'id', 'id=…'],
])('Podman %s may crash by %s', (podman, lines, line, word, remedy) => {
  expect(() => demandSecretMounts({ podman }, `FROM a\n${lines}\n`)).toThrow(
    `Podman ${podman} may crash by “${word}” without a value, which line ${line} of the Dockerfile has: write ${remedy}.`,
  );
});
