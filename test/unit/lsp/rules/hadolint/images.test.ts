import { describe, expect, it } from 'vitest';
import { findings } from '../../support/examples.ts';
import { fixed, ruleOf, words } from './found.ts';

describe('DL3006', () => {
  it.each([
    'scratch',
    'a:1',
    'a@sha256:00',
    'localhost:5000/a:1',
    '${IMAGE}',
    '$IMAGE',
    '${IMAGE:-a}',
    'a:${TAG:-1}',
    'x.y/$IMAGE',
    'x.y/${IMAGE}',
    'a${TAG:-:1}',
  ])('takes %s', async (image) => {
    expect(await words('DL3006', `FROM ${image}\n`)).toEqual([]);
  });

  it.each(['a', 'localhost:5000/a', 'x.y/a', 'scratch/a', '"a"'])('finds %s', async (image) => {
    expect(await words('DL3006', `FROM ${image}\n`)).toEqual([image]);
  });

  it('knows a registry that stands in for a variable', async () => {
    const found = (image: string) => words('DL3006', `FROM ${image}\n`);
    for (const image of ['${R:-x.y}/a', '${R-x.y:5000}/a/b'])
      expect(await found(image)).toEqual([image]);
    for (const image of ['${R:-x.y}/a:1', '${R:-x.y}/$A', '${R:-x}/a', '${R}/a', '${A:-x.y/a:1}'])
      expect(await found(image)).toEqual([]);
  });

  it('takes stages, those too that a variable names', async () => {
    expect(await words('DL3006', 'FROM a:1 AS Base\nFROM base\n')).toEqual([]);
    expect(await words('DL3006', 'ARG I=a\nFROM x.y/$I\nFROM x.y/b/$I\n')).toEqual(['x.y/b/$I']);
    const text = 'ARG V=1\nFROM a:1 AS base-1\nFROM base-$V\nFROM image-$V\n';
    expect(await words('DL3006', text)).toEqual(['image-$V']);
  });
});

describe('DL3007', () => {
  it('finds the tag alone', async () => {
    expect(await words('DL3007', 'FROM x.y:1/a:latest AS a\n')).toEqual(['latest']);
    expect(await words('DL3007', 'FROM a:latest@sha256:00\nFROM a:latest-1\n')).toEqual([]);
    expect(await words('DL3007', 'FROM ${A:-b:latest}\nFROM a:1 AS latest\n')).toEqual([]);
  });
});

describe('DL3010', () => {
  it.each(['tar -xf /t/a.tar', 'tar xf a.tar', 'tar --extract -f a.tar', 'unzip a.tar'])(
    'finds %s',
    async (command) => {
      expect(await words('DL3010', `COPY b.txt a.tar /t/\nRUN ${command}\n`)).toEqual(['a.tar']);
    },
  );

  it.each(['tar -cf a.tar', 'tar -xf b.tar', 'ls a.tar'])('takes %s', async (command) => {
    expect(await words('DL3010', `COPY a.tar /t/\nRUN ${command}\n`)).toEqual([]);
  });

  it('goes by the name that the archive gets', async () => {
    expect(await words('DL3010', 'COPY a.tar /b.tar\nRUN tar -xf /b.tar\n')).toEqual(['/b.tar']);
    expect(await words('DL3010', 'COPY a.tar /b.tar\nRUN tar -xf /a.tar\n')).toEqual([]);
  });

  it('looks at the stages whose layers get into the image', async () => {
    const stage = 'FROM a AS b\nCOPY a.tar /\nRUN tar -xf a.tar\n';
    expect(await words('DL3010', `${stage}FROM c\nCOPY --from=b /a /a\n`)).toEqual([]);
    expect(await words('DL3010', `${stage}FROM b\nUSER 1\n`)).toEqual(['a.tar']);
  });

  it('looks at one stage and at the build context', async () => {
    expect(await words('DL3010', 'FROM a\nCOPY a.tar /\nFROM b\nRUN tar -xf a.tar\n')).toEqual([]);
    expect(await words('DL3010', 'COPY --from=a a.tar /\nRUN tar -xf a.tar\n')).toEqual([]);
  });
});

describe('DL3020', () => {
  it.each(['a.tar', 'a.tar.gz', '"a.tgz"', 'https://x/y', 'http://x', 'git@x.y:z.git', 'a.Z'])(
    'takes %s',
    async (source) => {
      expect(await words('DL3020', `ADD ${source} /b\n`)).toEqual([]);
    },
  );

  it.each(['a', 'a.zip', '.', 'a.TGZ', 'gz', '["a", "/b"]'])('finds %s', async (source) => {
    const text = source.startsWith('[') ? `ADD ${source}\n` : `ADD ${source} /b\n`;
    expect(await words('DL3020', text)).toEqual(['ADD']);
  });

  it('changes unseen only what is surely no archive', async () => {
    expect(await fixed('DL3020', 'add . /b\n')).toEqual(['* copy . /b\n']);
    expect(await fixed('DL3020', 'ADD --chown=1 a.py b/ /b/\n')).toEqual([
      '* COPY --chown=1 a.py b/ /b/\n',
    ]);
    expect(await fixed('DL3020', 'ADD a.bin /b\n')).toEqual(['COPY a.bin /b\n']);
    expect(await fixed('DL3020', 'ADD *.py /b\n')).toEqual(['COPY *.py /b\n']);
    expect(await fixed('DL3020', 'ADD a.tar b /b/\n')).toEqual([]);
    expect(await fixed('DL3020', 'ADD --unpack a /b/\n')).toEqual([]);
    const add = 'FROM a\nARG FROM_WHERE=https://example.org\nADD $FROM_WHERE/a.js /b\n';
    expect(await fixed('DL3020', add)).toEqual([]);
  });
});

describe('DL3021', () => {
  it('puts the slash where the target ends', async () => {
    expect(await fixed('DL3021', 'COPY a b "c"\n')).toEqual(['COPY a b "c/"\n']);
    expect(await fixed('DL3021', 'COPY a b .\n')).toEqual(['* COPY a b ./\n']);
    expect(await fixed('DL3021', 'COPY a \\\n  b \\\n  c\n')).toEqual([
      'COPY a \\\n  b \\\n  c/\n',
    ]);
    expect(await words('DL3021', 'COPY a b\nCOPY a b c/\nCOPY ["a", "b", "c/"]\n')).toEqual([]);
  });
});

describe('DL3022', () => {
  it('takes stages above by name and number, and images with a tag or digest', async () => {
    const text =
      'FROM a AS One\nFROM b\nCOPY --from=one a b\nCOPY --from=0 a b\nCOPY --from=c:1 a b\nCOPY --from="d@sha256:0" a b\nCOPY --from=2 a b\nCOPY --from=two a b\nFROM c AS two\n';
    expect(await words('DL3022', text)).toEqual(['2', 'two']);
  });

  it('takes an empty name, with which COPY takes from the build context', async () => {
    expect(await words('DL3022', 'FROM a\nCOPY --from= a b\nCOPY --from="" a b\n')).toEqual([]);
  });

  it('does not propose the stage itself', async () => {
    expect(
      await fixed('DL3022', 'FROM x AS build\nFROM y AS built\nCOPY --from=biuld a b\n'),
    ).toEqual(['FROM x AS build\nFROM y AS built\nCOPY --from=build a b\n']);
    expect(await fixed('DL3022', 'FROM x AS build\nCOPY --from=biuld a b\n')).toEqual([]);
  });

  it('says of a trigger where its name will be looked for', async () => {
    const text = 'FROM x AS build\nFROM y\nONBUILD COPY --from=biuld a b\n';
    const found = await findings(ruleOf('DL3022'), text);
    expect(found.map(({ message }) => message)).toEqual([
      'biuld is taken for an image unless the file that starts from this image has a stage of that name.',
    ]);
    // That file's stages aren't those of this one.
    expect(await fixed('DL3022', text)).toEqual([]);
  });
});

describe('DL3023', () => {
  it('says nothing of triggers, whose stage is the one that starts from theirs', async () => {
    const copy = 'COPY --from=one a b\n';
    expect(await words('DL3023', `FROM a AS One\n${copy}`)).toEqual(['one']);
    expect(await words('DL3023', `FROM a AS one\nONBUILD ${copy}FROM one\n`)).toEqual([]);
  });
});

describe('DL3026', () => {
  const config = 'trustedRegistries: ["*.x.y", "z.*", "host:5000", docker.io]\n';
  it.each(['a.x.y/b', 'z.a/b', 'host:5000/b', 'b', 'b/c:1', 'docker.io/b', 'scratch'])(
    'takes %s',
    async (image) => {
      expect(await words('DL3026', `FROM ${image}\n`, config)).toEqual([]);
    },
  );

  it.each(['x.z/b', 'host/b.c', 'localhost/b', 'host:5001/b'])('looks at %s', async (image) => {
    const isHub = image.startsWith('host/');
    expect(await words('DL3026', `FROM ${image}\n`, config)).toEqual(isHub ? [] : [image]);
  });

  it('looks at what COPY and mounts take, but not at stages', async () => {
    const text =
      'FROM x AS a\nFROM a\nCOPY --from=0 b c\nCOPY --from=q.r/s b c\nRUN --mount=from=q.r/t,target=/t --mount=type=cache,from=a,target=/u --mount=type=secret,id=q.r/v x\n';
    expect(await words('DL3026', text, config)).toEqual(['q.r/s', 'q.r/t']);
    expect(await words('DL3026', text)).toEqual([]);
  });

  it('takes a name that only the file below a trigger tells from a stage', async () => {
    const config = 'trustedRegistries: [x.y]\n';
    const found = (line: string) => words('DL3026', `FROM x.y/a\n${line}\n`, config);
    expect(await found('COPY --from=b c d')).toEqual(['b']);
    expect(await found('ONBUILD COPY --from=b c d')).toEqual([]);
    expect(await found('ONBUILD COPY --from=1 c d')).toEqual([]);
    expect(await found('ONBUILD RUN --mount=from=b,target=/c d')).toEqual([]);
    expect(await found('ONBUILD COPY --from=q.r/b c d')).toEqual(['q.r/b']);
    for (const image of ['b:1', 'b/c', 'b@sha256:00'])
      expect(await found(`ONBUILD COPY --from=${image} c d`)).toEqual([image]);
  });
});

describe('DL3045', () => {
  it('knows the WORKDIR of stages below and of ONBUILD', async () => {
    expect(await words('DL3045', 'FROM a AS b\nWORKDIR /x\nFROM b\nCOPY a b\n')).toEqual([]);
    expect(await words('DL3045', 'FROM a\nONBUILD WORKDIR /x\nONBUILD COPY a b\n')).toEqual([]);
    expect(await words('DL3045', 'FROM a\nONBUILD WORKDIR /x\nCOPY a b\n')).toEqual(['b']);
    expect(await words('DL3045', 'FROM a\nCOPY a b\nWORKDIR /x\nCOPY a c\n')).toEqual(['b']);
  });

  it.each(['/a', '"/a"', 'c:\\a', 'd:/a', '$a', '"${a}/b"'])('takes %s', async (path) => {
    expect(await words('DL3045', `COPY a ${path}\n`)).toEqual([]);
  });
});
