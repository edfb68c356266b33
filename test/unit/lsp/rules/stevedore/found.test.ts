import { describe, expect, it } from 'vitest';
import { operatorInExecForm } from '../../../../../src/lsp/server/rules/stevedore/operatorInExecForm.ts';
import { findings } from '../../support/examples.ts';
import { fixed, words } from '../hadolint/found.ts';

describe('lost-shell-state', () => {
  it.each([
    ['. /venv/bin/activate', 'pip list'],
    ['source ~/.bashrc', 'make'],
    ['. "$NVM_DIR/nvm.sh"', 'npm ci'],
    ['source /opt/ros/humble/setup.bash', 'colcon build'],
    ['. ./versions.sh', 'wget -q https://x.y/$TOOL_VERSION'],
  ])('finds %s before %s', async (run, later) => {
    const text = `FROM alpine\nRUN ${run}\nRUN ${later}\n`;
    expect(await words('stevedore/lost-shell-state', text)).toEqual([run]);
  });

  it.each([
    'eval $(opam env)',
    'eval `opam config env`',
    'eval "$(pyenv init -)"',
    'eval "$(ssh-agent -s)"',
    'eval "$(conda shell.bash hook)"',
    'eval "$(/opt/brew/bin/brew shellenv)"',
  ])('finds %s, whose variables nothing reads', async (run) => {
    const text = `FROM alpine\nRUN true && ${run}\nRUN make\n`;
    expect(await words('stevedore/lost-shell-state', text)).toEqual([run]);
  });
});

describe('arg-not-in-stage', () => {
  it.each([
    'ARG ALPINE_VERSION=3.20\nFROM alpine:${ALPINE_VERSION}\nRUN echo $ALPINE_VERSION',
    'ARG DEBIAN_VERSION=12\nFROM debian:${DEBIAN_VERSION}-slim\nRUN echo $DEBIAN_VERSION',
    'ARG UBUNTU=24.04\nFROM mirror.x.y:5000/library/ubuntu:$UBUNTU\nRUN echo $UBUNTU',
    'ARG I=alpine:3\nARG ALPINE=3\nFROM ${I}\nRUN echo $ALPINE',
    'ARG V=1\nFROM alpine\nRUN export A=$(date) && echo $V',
    'ARG TAG\nARG APP_VERSION=1\nFROM node:${TAG}\nRUN echo $APP_VERSION',
  ])('finds one that the base image surely does not set: %j', async (lines) => {
    const read = /\$\w+$/.exec(lines)?.[0];
    expect(await words('stevedore/arg-not-in-stage', `${lines}\n`)).toEqual([read]);
  });
});

describe('comma-between-arguments', () => {
  it.each([
    ['VOLUME /a, /b', '/a,'],
    ['VOLUME /a,/b', '/a,/b'],
    ['VOLUME /a , /b', ','],
    ['VOLUME /a ,/b', ',/b'],
    ['VOLUME $A, $B', '$A,'],
    ['VOLUME ["/a, /b", "/c"]', '"/a, /b"'],
    ['LABEL a=b, c=d', 'a=b,'],
    ['ENV A="1 2", \\\n  B=$A', 'A="1 2",'],
    ['ENV A=1 B=2, C=3', 'B=2,'],
    ['ARG A, B', 'A,'],
    ['ONBUILD ENV A=1, B=2', 'A=1,'],
  ])('finds what takes a comma along: %s', async (line, found) => {
    expect(await words('stevedore/comma-between-arguments', `FROM a\n${line}\n`)).toEqual([found]);
  });
});

describe('compose-healthcheck', () => {
  it.each([
    ['FROM alpine\nHEALTHCHECK CMD [ "CMD" , "a" ]\n', '"CMD"'],
    ['FROM alpine\nHEALTHCHECK CMD ["CMD"]\n', '"CMD"'],
    [
      'FROM alpine\nHEALTHCHECK --retries=2 \\\n  cmd ["CMD-SHELL", \\\n "a || b"]\n',
      '"CMD-SHELL"',
    ],
    ['FROM alpine\nONBUILD HEALTHCHECK CMD ["CMD", "a"]\n', '"CMD"'],
  ])('finds the word in %j', async (text, found) => {
    expect(await words('stevedore/compose-healthcheck', text)).toEqual([found]);
  });
});

describe('unreproducible-arg', () => {
  it.each([
    'git -C /src checkout $REF',
    'git clone -b ${REF} git@x.y:a/b',
    'npm i --save-exact tool@$REF',
    'yarn global add tool@$REF',
    'pip install "tool==$REF"',
    'rustup toolchain install $REF',
    'go install x.y/tool@$REF',
    'curl -fsS https://x.y/$REF',
  ])('finds what decides what %s fetches', async (run) => {
    const text = `FROM alpine\nARG REF=main\nRUN ${run}\n`;
    expect(await words('stevedore/unreproducible-arg', text)).toEqual(['main']);
  });
});

describe('archive-not-unpacked', () => {
  it.each(['apk add --no-cache make', 'chmod +x /opt/run', 'echo ./a > /b'])(
    'finds an archive that %s leaves as it is',
    async (run) => {
      const text = `FROM alpine\nADD https://x.y/a.tar.gz /opt/\nRUN ${run}\n`;
      expect(await words('stevedore/archive-not-unpacked', text)).toEqual(['https://x.y/a.tar.gz']);
    },
  );
});

describe('variable-in-exec-form', () => {
  it.each([
    ['ENTRYPOINT ["java", "$JAVA_OPTS", "-jar", "/app.jar"]', ['"$JAVA_OPTS"']],
    ['ENTRYPOINT ["java", "-Da=$A", "-Da=${A}", "-jar", "${A}.jar"]', ['"-Da=$A"', '"${A}.jar"']],
    ['CMD ["python", "manage.py", "runserver", "0.0.0.0:$PORT"]', ['"0.0.0.0:$PORT"']],
    ['CMD ["node", "server.js", "--port=${A}"]', ['"--port=${A}"']],
    ['HEALTHCHECK --retries=2 CMD ["curl", "localhost:$A"]', ['"localhost:$A"']],
    ['ENTRYPOINT ["/sbin/tini", "--"]\nCMD ["serve", "$A"]', ['"$A"']],
    ['ENTRYPOINT ["python3"]\nCMD ["app.py", "$A"]', ['"$A"']],
    ['CMD ["dumb-init", "serve", "$A"]', ['"$A"']],
    ['CMD ["uvicorn", "app:app", "--port", "${PORT:-8000}"]', ['"${PORT:-8000}"']],
    ['CMD ["serve", "--workers=${WORKERS:-4}"]', ['"--workers=${WORKERS:-4}"']],
    ['CMD ["serve", "${A?}", "${A:+x}", "${A-}"]', ['"${A?}"', '"${A:+x}"', '"${A-}"']],
    ['ENTRYPOINT ["uvicorn"]\nCMD ["--port", "$PORT"]', ['"$PORT"']],
    ['ENTRYPOINT ["tini", "--", "/app/server"]\nCMD ["--a", "$A"]', ['"$A"']],
    ['ENTRYPOINT []\nCMD ["serve", "$A"]', ['"$A"']],
  ])('finds what %s does not replace', async (line, found) => {
    const text = `FROM alpine\nENV A=1\n${line}\n`;
    expect(await words('stevedore/variable-in-exec-form', text)).toEqual(found);
  });
});

describe('operator-in-exec-form', () => {
  it.each([
    ['ENTRYPOINT ["tini", "--"]\nCMD ["npm", "run", "migrate", "&&", "npm", "start"]', 'of npm'],
    ['ENTRYPOINT ["/sbin/tini", "-g", "--", "gosu", "app"]\nCMD ["a", "&&", "b"]', 'of a'],
    ['ENTRYPOINT ["app"]\nCMD ["a", "&&", "b"]', 'of app'],
    ['ENTRYPOINT ["/usr/sbin/nginx"]\nCMD ["-t", "&&", "-g"]', 'of /usr/sbin/nginx'],
    ['ENTRYPOINT ["java", "-jar", "/app.jar"]\nCMD ["--a", "&&", "b"]', 'of java'],
    ['ENTRYPOINT ["app"]\nCMD ["&&", "b"]', 'of app'],
    ['ENTRYPOINT []\nCMD ["a", "&&", "b"]', 'of a'],
    ['ENTRYPOINT ["/start"]\nFROM base\nENTRYPOINT [ ]\nCMD ["a", "&&", "b"]', 'of a'],
    ['ENTRYPOINT ["app", "a"]\nFROM base\nCMD ["--b", "&&", "c"]', 'of app'],
    ['ENTRYPOINT ["migrate", "&&"]\nCMD ["serve"]', 'of migrate'],
    ['ENTRYPOINT ["/entry", "&&", "b"]', 'of /entry'],
    ['ENTRYPOINT ["bundle", "exec"]\nCMD ["rake", "&&", "rails", "s"]', 'of bundle'],
    ['CMD ["npm", "test", "&&", "npm", "start"]', 'of npm'],
    ['CMD ["a", "-d", "&&", "b"]', 'of a'],
  ])('finds what %s gives to no shell', async (lines, program) => {
    const found = await findings(operatorInExecForm, `FROM alpine AS base\n${lines}\n`);
    expect(found.map(({ message }) => message)).toEqual([
      expect.stringContaining(`"&&" and what follows are arguments ${program}.`),
    ]);
  });
});

describe('path-replaced', () => {
  it.each(['RUN ["app"]', 'RUN app', 'RUN ["/app/a"]\nRUN app\nRUN ["/app/a"]'])(
    'finds what %j needs',
    async (run) => {
      const text = `FROM alpine\nENV PATH=/app\n${run}\n`;
      expect(await words('stevedore/path-replaced', text)).toEqual(['PATH=/app']);
    },
  );
});

describe('old-syntax', () => {
  it.each([
    ['docker/dockerfile:1.19.5', 'FROM a\nCOPY --parents a /b', '--parents'],
    ['docker.io/docker/dockerfile:1.16', 'FROM a\nADD --unpack a /b', '--unpack'],
    ['docker/dockerfile:1.3', 'FROM a AS b\nONBUILD COPY --link a /b\nFROM b', '--link'],
    ['docker/dockerfile:1.3', 'FROM a\nCOPY <<E /b\nE', '<<E'],
    ['docker/dockerfile:1.9', 'FROM a\nRUN --mount=type=secret,id=x,env=X y', 'X'],
    ['docker/dockerfile:1.1', 'FROM a\nRUN --mount=target=/x y', '--mount'],
    ['docker/dockerfile:1.5', 'FROM a\nADD --keep-git-dir https://x.y/a.git /b', '--keep-git-dir'],
    ['docker/dockerfile:1.5', 'FROM a\nHEALTHCHECK --start-interval=1s CMD x', '--start-interval'],
  ])('finds what %s does not know yet in %j', async (syntax, lines, found) => {
    const text = `# syntax=${syntax}\n${lines}\n`;
    expect(await words('stevedore/old-syntax', text)).toEqual([found]);
  });
});

describe('owner-by-name', () => {
  it.each([
    ['COPY --link --chown=app a /b', 'app'],
    ['COPY --chown=0:staff --link=true a /b', '0:staff'],
    ['ADD --link=1 --chown=1000:app a /b', '1000:app'],
    ['ARG U=app\nCOPY --link --chown=$U a /b', '$U'],
    ['COPY --link \\\n  --chown="app" a /b', '"app"'],
  ])('finds %j', async (lines, found) => {
    const text = `FROM alpine\n${lines}\n`;
    expect(await words('stevedore/owner-by-name', text)).toEqual([found]);
  });
});

describe('tilde-not-expanded', () => {
  it.each([
    ['VOLUME ~/a /b', ['~/a']],
    ['VOLUME ["/b", "~/a"]', ['"~/a"']],
    ['ENV NVM_DIR=~/.nvm C="~/.c"\nRUN . $NVM_DIR/x && ${C}/y', ['~/.nvm', '"~/.c"']],
    ['RUN --mount=type=cache,target=~/.npm --mount=type=ssh npm ci', ['~/.npm']],
    ['RUN --mount=type=tmpfs,dst=~ a', ['~']],
    ['ENTRYPOINT ["~/a"]\nCMD ["~/b"]', ['"~/a"']],
    ['HEALTHCHECK CMD ["~/a"]', ['"~/a"']],
  ])('finds what %s takes as it is', async (line, found) => {
    const text = `FROM alpine\n${line}\n`;
    expect(await words('stevedore/tilde-not-expanded', text)).toEqual(found);
  });
});

describe('file-for-directory', () => {
  it.each([
    'FROM debian:12',
    'FROM docker.io/library/alpine',
    'FROM mcr.microsoft.com/dotnet/aspnet:8.0',
    'ARG V=22\nFROM node:${V}-slim',
    'FROM mirror.x.y/library/python:3',
  ])('knows that there is no /app in %j', async (from) => {
    const text = `${from}\nCOPY app.jar /app\nWORKDIR /app\n`;
    expect(await words('stevedore/file-for-directory', text)).toEqual(['/app']);
  });
});

describe('unused-stage', () => {
  it.each(['alpine:${VERSION}', '${REGISTRY}/alpine', 'alpine@$DIGEST'])(
    'finds one above FROM %s, which no stage can be called',
    async (image) => {
      const text = `ARG VERSION REGISTRY DIGEST\nFROM golang:1.23 AS build\nFROM ${image}\n`;
      expect(await words('stevedore/unused-stage', text)).toEqual(['build']);
    },
  );
});

describe('line-in-exec-form', () => {
  it.each([
    'CMD ["sh ./start.sh"]',
    'CMD ["npm start"]',
    'CMD ["nginx "]',
    'CMD ["./start.sh --port 80"]',
    'CMD ["/app/server -config /etc/app.yml"]',
    'CMD ["NODE_ENV=production node server.js"]',
    'CMD ["cd /app && ./run"]',
    'CMD ["java $JAVA_OPTS -jar /app.jar"]',
    'ENTRYPOINT ["java -jar app.jar"]',
    'ENTRYPOINT ["/usr/bin/python3 -m app"]',
    'ENTRYPOINT ["/bin/sh -c", "exec app"]',
    'ENTRYPOINT ["tini", "--", "npm start"]',
    'ENTRYPOINT ["gosu", "app", "npm start"]',
    'ENTRYPOINT ["tini", "--"]\nCMD ["npm start"]',
    'ENTRYPOINT ["python"]\nCMD ["app.py --port 80"]',
    'CMD ["python", "app.py --port 80"]',
    'CMD ["npm", "run start"]',
    'CMD ["java", "-jar app.jar"]',
    'HEALTHCHECK CMD ["curl -f http://localhost"]',
    'RUN ["apk add curl"]',
    'ONBUILD RUN ["apk add curl"]',
  ])('finds %s', async (line) => {
    const found = await words('stevedore/line-in-exec-form', `FROM alpine:3.20\n${line}\n`);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^".* .*"$/);
  });

  it('leaves nothing to say of the same string to other rules', async () => {
    const text = 'FROM alpine\nENV A=1\nCMD ["~/bin/java -Xmx$A -jar /app.jar"]\n';
    expect(await words('stevedore/line-in-exec-form', text)).toHaveLength(1);
    expect(await words('stevedore/variable-in-exec-form', text)).toEqual([]);
    expect(await words('stevedore/tilde-not-expanded', text)).toEqual([]);
  });
});

describe('repeated-keyword', () => {
  it.each([
    'RUN RUN make',
    'run RUN make',
    'RUN --network=none RUN make',
    'RUN \\\n  RUN make',
    'RUN make && RUN make install',
    'RUN make && \\\nRUN make install',
    'RUN <<EOF\nmake\nRUN make install\nEOF',
    'ONBUILD RUN RUN make',
    'CMD CMD npm start',
    'CMD CMD ["npm", "start"]',
    'ENTRYPOINT ENTRYPOINT ["app"]',
    'HEALTHCHECK --retries=2 CMD CMD curl localhost',
    'COPY COPY a b',
    'COPY COPY --chown=a a b',
    'ADD ADD a b',
    'ENV ENV A=b',
    'LABEL LABEL a.b=c',
    'ARG ARG A=b',
    'VOLUME VOLUME /data',
    'WORKDIR WORKDIR /app',
    'USER USER app',
  ])('finds it in %j', async (line) => {
    const text = `FROM a\n${line}\n`;
    const found = await words('stevedore/repeated-keyword', text);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^[A-Z]+$/);
  });
});

describe('swallowed-instruction', () => {
  it.each([
    ['RUN make \\\nCOPY a b', 'COPY', 'RUN make\nCOPY a b'],
    ['RUN make && \\\nCOPY a b', 'COPY', 'RUN make\nCOPY a b'],
    ['RUN make || \\\nCOPY a b', 'COPY', 'RUN make\nCOPY a b'],
    ['RUN make | \\\nCOPY a b', 'COPY', 'RUN make\nCOPY a b'],
    [
      'RUN (a; b) && if c; then d; fi; e \\\nUSER f',
      'USER',
      'RUN (a; b) && if c; then d; fi; e\nUSER f',
    ],
    ['RUN for a in b; do c; done; d \\\nUSER e', 'USER', 'RUN for a in b; do c; done; d\nUSER e'],
    ['RUN make; \\\nCMD ["a"]', 'CMD', 'RUN make\nCMD ["a"]'],
    ['RUN a \\\n  b \\\nRUN c', 'RUN', 'RUN a \\\n  b\nRUN c'],
    ['RUN a \\\n# then\nENV B=c', 'ENV', 'RUN a\n# then\nENV B=c'],
    ['RUN --mount=type=ssh a\\\nUSER b', 'USER', 'RUN --mount=type=ssh a\nUSER b'],
    ['CMD node a \\ \nEXPOSE 80', 'EXPOSE', 'CMD node a \nEXPOSE 80'],
    ['HEALTHCHECK CMD curl a \\\nUSER b', 'USER', 'HEALTHCHECK CMD curl a\nUSER b'],
    ['COPY a b \\\nRUN make', 'RUN', 'COPY a b\nRUN make'],
    ['VOLUME /a \\\nCMD b', 'CMD', 'VOLUME /a\nCMD b'],
    ['ARG A \\\nARG B', 'ARG', 'ARG A\nARG B'],
    ['ENV A b \\\nRUN make', 'RUN', 'ENV A b\nRUN make'],
    ['USER a \\\nWORKDIR /b', 'WORKDIR', 'USER a\nWORKDIR /b'],
    ['MAINTAINER a \\\nRUN b', 'RUN', 'MAINTAINER a\nRUN b'],
    ['RUN a \\\r\nCOPY b c', 'COPY', 'RUN a\r\nCOPY b c'],
  ])('finds one in %j, and parts them', async (lines, word, parted) => {
    const text = `FROM a:1\n${lines}\n`;
    expect(await words('stevedore/swallowed-instruction', text)).toEqual([word]);
    expect(await fixed('stevedore/swallowed-instruction', text)).toEqual([`FROM a:1\n${parted}\n`]);
  });

  it('finds all of several, and parts none from a keyword that has nothing else', async () => {
    const text = 'FROM a:1\nRUN \\\nCOPY a b \\\nWORKDIR /c\n';
    expect(await words('stevedore/swallowed-instruction', text)).toEqual(['COPY', 'WORKDIR']);
    expect(await fixed('stevedore/swallowed-instruction', text)).toEqual([]);
  });
});
