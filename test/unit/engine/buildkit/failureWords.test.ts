import { describe, expect, it } from 'vitest';
import { buildError, solveError } from '../../../../src/engine/buildkit/failure.ts';
import { code, GrpcError } from '../../../../src/engine/buildkit/grpc/status.ts';

const json = (type: string, value: unknown) => ({
  typeUrl: `github.com/moby/buildkit/${type}+json`,
  value: Buffer.from(JSON.stringify(value)),
});

describe('why a build failed', () => {
  it('is told with step, lines and exit code by engines that know', () => {
    const error = buildError(
      new GrpcError(2, 'process "/bin/sh -c x" did not complete successfully: exit code: 3', [
        json('errdefs.Source', {
          info: { filename: 'Dockerfile' },
          ranges: [
            { start: { line: 4 }, end: { line: 4 } },
            { start: { line: 5 }, end: { line: 5 } },
          ],
        }),
        json('errdefs.Vertex', { digest: 'sha256:1' }),
        json('gatewayapi.ExitMessage', { Code: 3 }),
      ]),
    );
    expect(error).toMatchObject({
      reason: 'server',
      failure: { step: 'sha256:1', lines: [4, 5], exitCode: 3 },
    });
    expect(error.message).toMatch(/exit code: 3\.$/);
  });

  it('is not that somebody cancelled it when nobody has', () => {
    const error = new GrpcError(code.cancelled, 'context canceled');
    expect(solveError(error, true)).toMatchObject({ reason: 'cancelled' });
    expect(solveError(error, false)).toMatchObject({
      reason: 'dropped',
      message: expect.stringMatching(/^The engine gave the build up/),
      detail: 'context canceled',
    });
  });

  it('is taken from the words of those that do not', () => {
    expect(
      buildError(
        new GrpcError(
          2,
          'failed to solve with frontend dockerfile.v0: failed to create LLB definition: dockerfile parse error line 2: unknown instruction: RUNN',
        ),
      ),
    ).toMatchObject({
      message: 'dockerfile parse error line 2: unknown instruction: RUNN.',
      failure: { lines: [2, 2] },
    });
    expect(
      buildError(new GrpcError(2, 'executor failed running [/bin/sh -c exit 3]: exit code: 3')),
    ).toMatchObject({ failure: { exitCode: 3 } });
  });

  it.each([
    'failed to compute cache key: failed to calculate checksum of ref 06d4a37d-7f35::c1yw: "/nope": not found',
    'failed to compute cache key: "/nope" not found: not found',
  ])('says what is missing: %s', (words) => {
    expect(buildError(new GrpcError(2, words)).message).toBe(
      '/nope is not where the instruction copies from: the stage or image that --from names, or the build context without what .dockerignore leaves out.',
    );
  });

  it.each([
    ['FailedPrecondition: secret s is to come from /s, which does not exist', /^secret s is to/],
    ['NotFound: the build was given no ssh agent default', /^the build was given no ssh agent/],
    ['failed to solve: rpc error: code = InvalidArgument desc = too much', /^too much/],
    [
      'failed to solve with frontend dockerfile.v0: failed to solve with frontend gateway.v0: no route',
      /^no route/,
    ],
    ['Internal server error', /^Internal server error/],
  ])('is told without the names of gRPC’s codes: %s', (words, told) => {
    expect(buildError(new GrpcError(2, words)).message).toMatch(told);
  });

  it('names what an image lacks, not the engine’s own folders', () => {
    const words = 'lstat /var/lib/docker/tmp/buildkit-mount138/nope/a: no such file or directory';
    expect(buildError(new GrpcError(2, words)).message).toMatch(/^\/nope\/a is not where/);
  });

  const dial = (host: string, why: string) => `dial tcp: ${why}: ${host}`;
  it.each([
    [
      'debian:12: failed to resolve source metadata for docker.io/library/debian:12: failed to do request: Head "https://registry-1.docker.io/v2/library/debian/manifests/12": dial tcp: lookup registry-1.docker.io on 10.0.0.1:53: dial udp 10.0.0.1:53: connect: network is unreachable',
      'The engine could not ask for the image debian:12: it cannot reach registry-1.docker.io. Check its network, proxy and DNS.',
    ],
    [
      'failed to solve with frontend dockerfile.v0: failed to create LLB definition: failed to do request: Head "http://127.0.0.1:9/v2/x/y/manifests/1": dial tcp 127.0.0.1:9: connect: connection refused',
      'The engine could not ask for the image 127.0.0.1:9/x/y:1: nothing answers at 127.0.0.1:9. Check the name, and that the server runs.',
    ],
    [
      'failed to resolve source metadata for docker.io/docker/dockerfile:1: failed to do request: Head "https://registry-1.docker.io/v2/docker/dockerfile/manifests/1": dial tcp: lookup registry-1.docker.io: i/o timeout',
      'The engine could not ask for docker/dockerfile:1, which # syntax names: it cannot reach registry-1.docker.io. Check its network, proxy and DNS. Without that line the engine’s own frontend builds.',
    ],
    [
      'r.test/a: failed to do request: Head "https://r.test/v2/a/manifests/sha256:12": http: server gave HTTP response to HTTPS client',
      'The engine could not ask for the image r.test/a@sha256:12: r.test does not speak TLS. Name it among "insecure-registries" in the engine’s daemon.json.',
    ],
    [
      'failed to do request: Head "https://r.test/v2/a/manifests/1": tls: failed to verify certificate: x509: certificate signed by unknown authority',
      'The engine could not ask for the image r.test/a:1: it does not trust the certificate of r.test (certificate signed by unknown authority). Put its authority’s into /etc/docker/certs.d/r.test/ca.crt on the engine’s machine.',
    ],
    [
      '127.0.0.1:5051/x/y:1: failed to resolve source metadata for 127.0.0.1:5051/x/y:1: 127.0.0.1:5051/x/y:1: not found',
      '127.0.0.1:5051 has no image 127.0.0.1:5051/x/y:1: check its name and tag.',
    ],
    [
      'failed to solve: rpc error: code = Unknown desc = 127.0.0.1:5051/x/y:1: not found',
      '127.0.0.1:5051 has no image 127.0.0.1:5051/x/y:1: check its name and tag.',
    ],
    [
      'docker.io/library/nosuch:1: failed to resolve source metadata for docker.io/library/nosuch:1: docker.io/library/nosuch:1: not found',
      'Docker Hub has no image nosuch:1: check its name and tag.',
    ],
    [
      'typo: failed to resolve source metadata for docker.io/library/typo:latest: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
      'Docker Hub has no image typo:latest, or gives it to nobody who is not signed in: check its name.',
    ],
    [
      'failed to load cache key: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
      'The registry has no such image, or gives it to nobody who is not signed in: check its name.',
    ],
    [
      'failed to parse stage name "Build": invalid reference format: repository name (library/Build) must be lowercase',
      '“Build” is neither a stage nor can it be the name of an image: repository name (library/Build) must be lowercase.',
    ],
    [
      'nosuch:1: failed to resolve source metadata for docker.io/library/nosuch:1: docker.io/library/nosuch:1: not found (did you mean such?)',
      'Docker Hub has no image nosuch:1: check its name and tag.',
    ],
    [
      'dockerfile parse error on line 2: unknown flag: --form (did you mean from?)',
      'The builder knows no flag --form on line 2: look how it is written, or have a newer frontend read it, by # syntax=docker/dockerfile:1 as the first line. Did you mean from?',
    ],
    [
      'dockerfile parse error on line 2: unknown instruction: RUNN (did you mean RUN?)',
      'dockerfile parse error on line 2: unknown instruction: RUNN (did you mean RUN?).',
    ],
    [
      'r.test/x:1: failed to resolve source metadata for r.test/x:1: unexpected status from HEAD request to https://r.test/v2/x/manifests/1: 401 Unauthorized',
      'r.test gives the image r.test/x:1 to nobody who is not signed in.',
    ],
    [
      'a: failed to resolve source metadata for docker.io/library/a:1: no match for platform in manifest: not found',
      'The image a:1 is not made for the platform that is built for.',
    ],
    [
      'dockerfile parse error on line 2: unknown flag: --parents',
      'The builder knows no flag --parents on line 2: look how it is written, or have a newer frontend read it, by # syntax=docker/dockerfile:1 as the first line.',
    ],
    [
      'failed to create LLB definition: dockerfile parse error line 12: Unknown flag: chmod',
      'The builder knows no flag --chmod on line 12: look how it is written, or have a newer frontend read it, by # syntax=docker/dockerfile:1 as the first line.',
    ],
    [
      'failed to load LLB: network.host is not allowed',
      'A step asks for network.host, which the build does not allow: add it to "allow" of a task, or choose the network host.',
    ],
    [
      'granting entitlement security.insecure is not allowed by build daemon configuration',
      'No build may have security.insecure on this engine: allow it in its daemon.json, in "entitlements" of "builder".',
    ],
    [
      'failed to load cache key: invalid response status 404',
      'The server answered 404 (not found).',
    ],
    [
      'failed to read downloaded context: failed to load cache key: invalid response status 500',
      'The server of the build context answered 500.',
    ],
    [
      `failed to load cache key: Get "http://h.test/a": ${dial('h.test', 'lookup h.test: no such host')}`,
      'The engine could not fetch http://h.test/a: there is no host h.test. Check the name, and the engine’s DNS.',
    ],
    [
      'failed to load cache key: Get "https://h.test/a": http: server gave HTTP response to HTTPS client',
      'The engine could not fetch https://h.test/a: h.test does not speak TLS. Write http:// if that is how it is meant to be asked.',
    ],
    [
      'failed to load cache key: Get "https://h.test/a": tls: failed to verify certificate: x509: certificate signed by unknown authority',
      'The engine could not fetch https://h.test/a: it does not trust the certificate of h.test (certificate signed by unknown authority). Put its authority’s among those that the engine’s machine trusts, and restart the engine.',
    ],
    [
      'digest mismatch sha256:1: sha256:2',
      'What was fetched has the checksum sha256:1, and not sha256:2.',
    ],
    [
      "failed to read dockerfile: failed to load cache key: error fetching default branch for repository http://h/x.git: git stderr:\nfatal: repository 'http://h/x.git/' not found\n: exit status 128",
      "git could not fetch http://h/x.git: repository 'http://h/x.git/' not found.",
    ],
    [
      "failed to load cache key: error fetching default branch for repository http://h/x.git: git error: exit status 128\nstderr:\nfatal: repository 'http://h/x.git/' not found\n",
      "git could not fetch http://h/x.git: repository 'http://h/x.git/' not found.",
    ],
    [
      'failed to read dockerfile: failed to load cache key: failed to fetch remote http://h/x.git: exit status 128',
      'git could not fetch http://h/x.git: it is not there, or not for everybody.',
    ],
    [
      'failed to solve: exit code: 1',
      'What # syntax names ended with exit code 1: it is no frontend of BuildKit, or does not fit this engine.',
    ],
    [
      'failed to parse target platform a/b/c/d: "a/b/c/d": cannot parse platform specifier: invalid argument',
      '“a/b/c/d” is no platform, such as linux/arm64.',
    ],
    [
      'failed to copy: write /var/lib/docker/tmp/x: no space left on device',
      'The engine has no space left: remove what nobody uses, such as build cache and images.',
    ],
    [
      'cannot copy to non-directory: /var/lib/docker/overlay2/k3x/merged/f',
      '/f is a file, and a folder cannot be copied onto it.',
    ],
    [
      'cannot overwrite file from linux/arm64 with linux/amd64 when split option is disabled',
      'The results for linux/arm64 and linux/amd64 have files of the same name, which go to one place: leave platform-split out.',
    ],
    [
      'lstat /d/overlay2/gg69/merged/w/x: not a directory',
      '/w/x is a file, or below one, where a folder has to be.',
    ],
    [
      'open /d/overlay2/gg69/merged/etc/passwd: no such file or directory',
      'The image has no /etc/passwd, by which names are known: give numbers instead.',
    ],
    ['target stage "biulder" could not be found', 'No stage is called biulder.'],
    ['target stage biulder could not be found', 'No stage is called biulder.'],
    ['target stage "5" could not be found', 'No stage has the number 5: they count from 0.'],
    ['invalid stage index 7', 'No stage has the number 7: they count from 0.'],
    [
      'base name ($BASE) should not be blank',
      'FROM $BASE names nothing: give the argument a value, or a default by ARG before the first FROM.',
    ],
    [
      'failed to create LLB definition: no build stage in current context',
      'The Dockerfile begins without FROM, before which only ARG may stand.',
    ],
    [
      'failed to parse platform a/b/c/d: "a/b/c/d": cannot parse platform specifier: invalid argument',
      '“a/b/c/d” is no platform, such as linux/arm64.',
    ],
    [
      'failed to load cache key: pulling from host r.test:5000 failed with status code [manifests 1]: 503 Service Unavailable',
      'The registry r.test:5000 answered 503 Service Unavailable where the engine asked for an image.',
    ],
    [
      'failed to parse stage name "alpine:la:test": invalid reference format',
      '“alpine:la:test” is neither a stage nor can it be the name of an image: that is repository:tag, or repository@sha256: and 64 digits, with a registry before.',
    ],
    ['symlink /d/overlay2/gg69/merged/w/x: file exists', 'symlink /w/x: file exists.'],
    [
      'mkdir /var/lib/docker/overlay2/k3x/merged/w: not a directory',
      '/w is a file, or below one, where a folder has to be.',
    ],
    [
      'process "/bin/sh -c echo no space left on device" did not complete successfully: exit code: 1',
      'process "/bin/sh -c echo no space left on device" did not complete successfully: exit code: 1.',
    ],
  ])('says what failed, why, and what to do: %s', (words, told) => {
    expect(buildError(new GrpcError(2, words)).message).toBe(told);
  });

  it.each([
    'lstat /nope: no such file or directory',
    'lstat /d/overlay2/5a/merged/nope: no such file or directory',
    'failed to walk /d/tmp/buildkit-mount1/nope: lstat /d/tmp/buildkit-mount1/nope: no such file or directory',
  ])('says what a stage lacks: %s', (words) => {
    expect(buildError(new GrpcError(2, words))).toMatchObject({
      message: expect.stringMatching(/^\/nope is not where the inst/),
      failure: { missing: '/nope' },
    });
  });

  it.each([
    [
      'unable to find user app: invalid argument',
      'the image has no user app in its /etc/passwd: make one before, or give USER a number.',
    ],
    [
      'unable to find user app: no matching entries in passwd file',
      'the image has no user app in its /etc/passwd: make one before, or give USER a number.',
    ],
    [
      'unable to find user 0: invalid argument',
      'USER names a group beside the user 0 that the image’s /etc/group does not have.',
    ],
  ])('says which user or group an image lacks: %s', (reason, notRun) => {
    const words = `process "/bin/sh -c true" did not complete successfully: ${reason}`;
    expect(buildError(new GrpcError(2, words))).toMatchObject({ failure: { notRun } });
  });

  it('says what a mount lacks, and not that a command failed', () => {
    const words =
      'process "/bin/sh -c true" did not complete successfully: open /d/tmp/buildkit-mount3217005410/nope: no such file or directory';
    const error = buildError(new GrpcError(2, words));
    expect(error).toMatchObject({ failure: { missing: '/nope' } });
    expect(error).not.toMatchObject({ failure: { notRun: expect.anything() } });
  });

  it('names the platform that was asked for where an image is not there', () => {
    const error = new GrpcError(
      2,
      'failed to do request: Head "https://r.test/v2/a/manifests/1": dial tcp 127.0.0.1:9: connect: connection refused',
    );
    const why = 'nothing answers at r.test. Check the name, and that the server runs.';
    const begin = 'The engine could not ask for the image r.test/a:1';
    expect(solveError(error, false, 'linux/foo,linux/a').message).toBe(
      `${begin} for linux/foo and linux/a: ${why}`,
    );
    expect(solveError(error, false).message).toBe(`${begin}: ${why}`);
    expect(solveError(new GrpcError(2, 'no'), false, 'linux/foo').message).toBe('no.');
  });

  it.each([
    ['process "/bin/sh -c a: b]: c" did not complete successfully', 'invalid argument.'],
    ['executor failed running [/bin/sh -c a]', 'unable to start y.'],
  ])('says why a command did not begin beside what the builder says: %s', (start, notRun) => {
    const told = buildError(new GrpcError(2, `${start}: ${notRun.slice(0, -1)}`));
    expect(told).toMatchObject({ failure: { message: `${start}: ${notRun}`, notRun } });
    const ended = buildError(new GrpcError(2, `${start}: exit code: 3`));
    expect(ended).toMatchObject({ failure: { exitCode: 3 } });
    expect(ended).not.toMatchObject({ failure: { notRun: expect.anything() } });
  });

  it('names the image that could not be had, and what the builder takes to be meant by it', () => {
    const words =
      'typo: failed to resolve source metadata for docker.io/library/typo:latest: failed to do request: Head "https://registry-1.docker.io/v2/library/typo/manifests/latest": dial tcp: lookup registry-1.docker.io: network is unreachable (did you mean tools?)';
    expect(buildError(new GrpcError(2, words))).toMatchObject({
      failure: { image: 'typo:latest', meant: 'tools' },
      message: expect.stringMatching(/proxy and DNS\.$/),
    });
  });

  it('has the reason of a registry’s refusal, but not for a command that prints such words', () => {
    const refused =
      'team/app:1: failed to resolve source metadata for r.example/team/app:1: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed';
    expect(buildError(new GrpcError(2, refused)).reason).toBe('unauthorized');
    const printed =
      'process "/bin/sh -c echo authorization failed" did not complete successfully: exit code: 1';
    expect(buildError(new GrpcError(2, printed)).reason).toBe('server');
  });

  it('is nobody’s fault when it was cancelled, and outlives damaged details', () => {
    expect(buildError(new GrpcError(code.cancelled, 'context canceled')).reason).toBe('cancelled');
    const damaged = { typeUrl: 'x/errdefs.Source+json', value: Buffer.from('{"ranges":[null,{}') };
    expect(buildError(new GrpcError(2, '', [damaged])).message).toBe('The build failed.');
    const odd = json('errdefs.Source', { ranges: [null, { start: { line: 'x' } }] });
    expect(buildError(new GrpcError(2, 'x', [odd]))).toMatchObject({ failure: { message: 'x.' } });
  });
});
