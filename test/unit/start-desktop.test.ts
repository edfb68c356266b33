import { describe, expect, it } from 'vitest';
import { codeInvocation, engineAdvice, findCode, quoteForCmd } from '../../scripts/lib/desktop.ts';
import type { Surroundings } from '../../scripts/lib/desktop.ts';

const around = (
  platform: NodeJS.Platform,
  env: Record<string, string>,
  ...files: string[]
): Surroundings => ({ platform, env, exists: (path) => files.includes(path), uid: 1000 });

describe('finding desktop VS Code', () => {
  it('takes the first on PATH', () => {
    const mac = around(
      'darwin',
      { PATH: '/usr/bin:/usr/local/bin:/opt/homebrew/bin' },
      '/usr/local/bin/code',
      '/opt/homebrew/bin/code',
    );
    expect(findCode(mac)).toBe('/usr/local/bin/code');
  });

  it('knows the batch file and the spelling of PATH on Windows', () => {
    const code = String.raw`C:\Users\Ann Bee\AppData\Local\Programs\Microsoft VS Code\bin\code.cmd`;
    const path = String.raw`C:\Windows;C:\Users\Ann Bee\AppData\Local\Programs\Microsoft VS Code\bin`;
    expect(findCode(around('win32', { Path: path }, code))).toBe(code);
  });

  it('finds none where it is not installed', () => {
    expect(findCode(around('darwin', { PATH: '/usr/bin' }))).toBeUndefined();
    expect(findCode(around('win32', {}))).toBeUndefined();
  });

  it('wants a display on Linux', () => {
    expect(findCode(around('linux', { PATH: '/usr/bin' }, '/usr/bin/code'))).toBeUndefined();
    for (const display of ['DISPLAY', 'WAYLAND_DISPLAY']) {
      const env = { PATH: '/usr/bin', [display]: ':0' };
      expect(findCode(around('linux', env, '/usr/bin/code'))).toBe('/usr/bin/code');
    }
  });

  it('leaves alone the command of the terminal of a VS Code', () => {
    const env = { PATH: '/usr/bin', DISPLAY: ':0', VSCODE_IPC_HOOK_CLI: '/run/ipc.sock' };
    expect(findCode(around('linux', env, '/usr/bin/code'))).toBeUndefined();
  });
});

describe('starting desktop VS Code', () => {
  it('uses a profile of its own', () => {
    const call = codeInvocation(around('darwin', {}), '/usr/local/bin/code', '/cache/desktop', [
      '--new-window',
      '/cache/hello',
    ]);
    expect(call).toEqual({
      program: '/usr/local/bin/code',
      args: [
        '--user-data-dir=/cache/desktop/user-data',
        '--extensions-dir=/cache/desktop/extensions',
        '--new-window',
        '/cache/hello',
      ],
      verbatim: false,
    });
  });

  it('works for root', () => {
    const root = { ...around('linux', {}), uid: 0 };
    expect(codeInvocation(root, '/usr/bin/code', '/p', []).args).toContain('--no-sandbox');
  });

  it('runs the batch file through cmd.exe with every argument quoted', () => {
    const call = codeInvocation(
      around('win32', { ComSpec: String.raw`C:\Windows\System32\cmd.exe` }),
      String.raw`C:\VS Code\bin\code.cmd`,
      String.raw`C:\Users\Ann Bee\cache`,
      [String.raw`C:\a & b`],
    );
    expect(call.program).toBe(String.raw`C:\Windows\System32\cmd.exe`);
    expect(call.verbatim).toBe(true);
    expect(call.args.slice(0, 3)).toEqual(['/d', '/s', '/c']);
    expect(call.args[3]).toBe(
      String.raw`""C:\VS Code\bin\code.cmd" "--user-data-dir=C:\Users\Ann Bee\cache\user-data"` +
        String.raw` "--extensions-dir=C:\Users\Ann Bee\cache\extensions" "C:\a & b""`,
    );
  });
});

describe('quoting for cmd.exe', () => {
  it('keeps a trailing backslash from escaping the quote', () => {
    expect(quoteForCmd('C:\\dir\\')).toBe('"C:\\dir\\\\"');
  });

  it('keeps a per cent sign from naming a variable', () => {
    expect(quoteForCmd('100%PATH%')).toBe('"100"^%"PATH"^%""');
  });

  it('refuses what cannot be carried', () => {
    expect(() => quoteForCmd('a"b')).toThrow('not an argument');
    expect(() => quoteForCmd('a\nb')).toThrow('not an argument');
  });
});

describe('advice where there is no engine', () => {
  it('names what the platform has, and what was tried', () => {
    expect(engineAdvice('linux', 'default socket')).toMatch(/default socket.*docker\.io.*root/);
    expect(engineAdvice('darwin', 'x')).toContain('Docker Desktop');
    expect(engineAdvice('win32', 'x')).not.toContain('Colima');
  });
});
