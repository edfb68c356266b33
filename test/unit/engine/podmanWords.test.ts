import { expect, test } from 'vitest';
import { podmanWords } from '../../../src/engine/podmanWords.ts';

const start = 'creating build container: initializing source docker://';
const sources = 'checking on sources under "/var/tmp/libpod_builder1/build": ';

test.each([
  [
    'RUN make',
    'building at STEP "RUN make": while running runtime: exit status 127',
    'the command ended with exit code 127.',
  ],
  [
    'RUN echo "a": b',
    'building at STEP "RUN echo "a": b": while running runtime: exit status 1',
    'the command ended with exit code 1.',
  ],
  [
    'COPY nope /x',
    `building at STEP "COPY nope /x": ${sources}copier: stat: "/nope": no such file or directory`,
    '/nope is not where the instruction copies from: the stage or image that --from names, or the build context without what .dockerignore leaves out.',
  ],
  [
    'COPY *.nope /x',
    `building at STEP "COPY *.nope /x": ${sources}Rel: can't make  relative to /var/tmp/libpod_builder1/build; copier: stat: ["/*.nope"]: no such file or directory`,
    '/*.nope is not where the instruction copies from: the stage or image that --from names, or the build context without what .dockerignore leaves out.',
  ],
  [
    'FROM 127.0.0.1:9/x/y:1',
    `${start}127.0.0.1:9/x/y:1: pinging container registry 127.0.0.1:9: Get "https://127.0.0.1:9/v2/": dial tcp 127.0.0.1:9: connect: connection refused`,
    'the engine could not ask for the image 127.0.0.1:9/x/y:1: nothing answers at 127.0.0.1:9. Check the name, and that the server runs.',
  ],
  [
    'FROM debian:12',
    `${start}debian:12: pinging container registry registry-1.docker.io: Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io on 10.0.0.1:53: connect: network is unreachable`,
    'the engine could not ask for the image debian:12: it cannot reach registry-1.docker.io. Check its network, proxy and DNS.',
  ],
  [
    'FROM r.test/x/y:1',
    `${start}r.test/x/y:1: pinging container registry r.test: Get "https://r.test/v2/": http: server gave HTTP response to HTTPS client`,
    'the engine could not ask for the image r.test/x/y:1: r.test does not speak TLS. Name it in registries.conf on the engine’s machine: [[registry]] with location = "r.test" and insecure = true.',
  ],
  [
    'FROM r.test/x/y:1',
    `${start}r.test/x/y:1: pinging container registry r.test: Get "https://r.test/v2/": tls: failed to verify certificate: x509: certificate signed by unknown authority`,
    'the engine could not ask for the image r.test/x/y:1: it does not trust the certificate of r.test (certificate signed by unknown authority). Put its authority’s into /etc/containers/certs.d/r.test/ca.crt on the engine’s machine.',
  ],
  [
    'FROM r.test/x/y:1',
    `${start}r.test/x/y:1: reading manifest 1 in r.test/x/y: manifest unknown: manifest unknown`,
    'r.test has no image r.test/x/y:1: check its name and tag.',
  ],
  [
    'FROM r.test/x/y:1',
    `${start}r.test/x/y:1: reading manifest 1 in r.test/x/y: unauthorized: authentication required`,
    'r.test gives the image r.test/x/y:1 to nobody who is not signed in.',
  ],
  [
    'FROM nosuch:1',
    `${start}docker.io/library/nosuch:1: reading manifest 1 in docker.io/library/nosuch: manifest unknown`,
    'Docker Hub has no image nosuch:1: check its name and tag.',
  ],
  [
    'FROM team/app',
    `${start}team/app: reading manifest latest in docker.io/team/app: requested access to the resource is denied; unauthorized: authentication required`,
    'Docker Hub gives the image team/app to nobody who is not signed in.',
  ],
  [
    'COPY --from=bulider /x /x',
    'COPY --from=bulider: no stage or image found with that name',
    'there is neither a stage nor an image called bulider.',
  ],
  [
    'RUN --mount=from=bulider,target=/m cat /m/x',
    'building at STEP "RUN --mount=from=bulider,target=/m cat /m/x": from=bulider,target=/m from=bulider: no stage or image found with that name',
    'there is neither a stage nor an image called bulider.',
  ],
  [
    'RUNN x',
    'building at STEP "RUNN ": Build error: Unknown instruction: "RUNN" &imagebuilder.Step{Env:[]string{"PATH=/bin"}, Command:"runn", Original:"RUNN x"}',
    'unknown instruction: RUNN.',
  ],
  ['RUN x', 'returned a non-zero code: 1', 'returned a non-zero code: 1.'],
  ['RUN x', 'no space left.', 'no space left.'],
])('of %s is said: %s', (instruction, message, words) => {
  expect(podmanWords(message, instruction).message).toBe(words);
});

test('what is said tells of the exit code and of what is missing beside', () => {
  const ended = podmanWords('while running runtime: exit status 127', 'RUN make');
  expect(ended.exitCode).toBe(127);
  const classic = "The command '/bin/sh -c exit code: 5' returned a non-zero code: 7";
  expect(podmanWords(classic, 'RUN x')).toEqual({ message: `${classic}.`, exitCode: 7 });
  const lacking = `${sources}copier: stat: "/nope": no such file or directory`;
  expect(podmanWords(lacking, 'COPY nope /x').missing).toBe('/nope');
});
