import { isRaw } from '../mapping/reader.ts';
import { parse } from '../transport/answers.ts';
import { createRpmReader } from './rpm/database.ts';

/** What a package is kept by. */
export type PackageKind = 'apk' | 'deb' | 'npm' | 'pip' | 'rpm';

export interface Package {
  readonly kind: PackageKind;
  readonly name: string;
  /** Empty where nothing says it. */
  readonly version: string;
  /** Where its database says one. */
  readonly arch?: string;
  /** Bytes it takes, as its database says. */
  readonly size?: number;
}

/** What a file says of packages. */
export interface FoundPackages {
  readonly packages: readonly Package[];
  /** Why there may be more than these, as a sentence about the file. */
  readonly problem?: string;
}

/** A file that tells of packages, while it comes. */
export interface PackageReader {
  push(piece: Buffer): void;
  end(): FoundPackages;
}

type Read = (text: string) => Package[];

/** Bytes of a file of text that are held at most; of larger ones nothing is read. */
const LARGEST_TEXT = 32 * 1024 * 1024;

const DPKG = /^(?:\.?\/)?var\/lib\/dpkg\/(?:status|status\.d\/[^/]+)$/;
const APK = /^(?:\.?\/)?(?:usr\/)?lib\/apk\/db\/installed$/;
const RPM =
  /^(?:\.?\/)?(?:var\/lib|usr\/lib\/sysimage|usr\/share)\/rpm\/(?:rpmdb\.sqlite|Packages|Packages\.db)$/;
const RPM_LOG = /^(?:\.?\/)?(?:var\/lib|usr\/lib\/sysimage|usr\/share)\/rpm\/rpmdb\.sqlite-wal$/;
const NPM = /(?:^|\/)node_modules\/(?:@[^/]+\/)?[^/@][^/]*\/package\.json$/;
const PIP = /(?:^|\/)[^/]+(?:\.dist-info\/METADATA|\.egg-info\/PKG-INFO)$/;

/**
 * How to read packages from a file of an image; undefined for a file that tells of none. Databases: apk's `installed`, dpkg's
 * `status` (and `status.d`, of images without a package manager), rpm's in its three formats, `package.json` below
 * `node_modules`, `METADATA` of Python's distributions.
 */
export function packageReader(path: string): PackageReader | undefined {
  const read = textReader(path);
  if (read) return gathered(read);
  if (RPM.test(path)) return rpmReader();
  return RPM_LOG.test(path) ? unreadLog : undefined;
}

function textReader(path: string): Read | undefined {
  if (path.endsWith('/package.json')) return NPM.test(path) ? readNpm : undefined;
  if (path.endsWith('-info/METADATA') || path.endsWith('-info/PKG-INFO'))
    return PIP.test(path) ? readPip : undefined;
  if (APK.test(path)) return readApk;
  return DPKG.test(path) && !path.endsWith('.md5sums') ? readDpkg : undefined;
}

function gathered(read: Read): PackageReader {
  const pieces: Buffer[] = [];
  let bytes = 0;
  return {
    push(piece) {
      bytes += piece.length;
      if (bytes > LARGEST_TEXT) pieces.length = 0;
      else pieces.push(piece);
    },
    end: () =>
      bytes > LARGEST_TEXT
        ? { packages: [], problem: 'It is too large to be read.' }
        : { packages: read(Buffer.concat(pieces).toString()) },
  };
}

function rpmReader(): PackageReader {
  const reader = createRpmReader();
  return {
    push: reader.push,
    end() {
      const { packages, problem } = reader.end();
      const found = packages.map(({ name, version, arch, size }) => ({
        kind: 'rpm' as const,
        name,
        version,
        ...(arch === '' ? {} : { arch }),
        ...(size === undefined ? {} : { size }),
      }));
      return problem === undefined ? { packages: found } : { packages: found, problem };
    },
  };
}

/** SQLite leaves this beside a database when a program that wrote ended without closing it. */
const unreadLog: PackageReader = {
  push() {},
  end: () => ({
    packages: [],
    problem: 'It may have changes that are not in the database yet: it is not read.',
  }),
};

function more(arch: string | undefined, size: string | undefined, unit = 1) {
  return {
    ...(arch === undefined ? {} : { arch }),
    ...(size === undefined ? {} : { size: Number(size) * unit }),
  };
}

/** Blocks of `P:name`, `V:version`, `A:architecture` and `I:bytes` (apk's format of an installed database). */
function readApk(text: string): Package[] {
  return text.split(/\n\n+/).flatMap((block) => {
    const name = /^P:(.+)$/m.exec(block)?.[1];
    const version = /^V:(.+)$/m.exec(block)?.[1] ?? '';
    const arch = /^A:(.+)$/m.exec(block)?.[1];
    const size = /^I:(\d{1,15})$/m.exec(block)?.[1];
    return name === undefined ? [] : [{ kind: 'apk', name, version, ...more(arch, size) }];
  });
}

/** Paragraphs of deb-control(5); what was removed and left its configuration is not there any more. */
function readDpkg(text: string): Package[] {
  return text.split(/\n\n+/).flatMap((block) => {
    const name = /^Package: *(.+)$/m.exec(block)?.[1];
    const version = /^Version: *(.+)$/m.exec(block)?.[1] ?? '';
    const arch = /^Architecture: *(.+)$/m.exec(block)?.[1];
    // In units of 1,024 bytes.
    const size = /^Installed-Size: *(\d{1,12})$/m.exec(block)?.[1];
    const status = /^Status: *(.+)$/m.exec(block)?.[1] ?? 'install ok installed';
    return name === undefined || !/ (?:installed|triggers-\w+)$/.test(status)
      ? []
      : [{ kind: 'deb', name, version, ...more(arch, size, 1024) }];
  });
}

function readNpm(text: string): Package[] {
  const value = parse(text);
  if (!isRaw(value)) return [];
  const { name, version } = value;
  if (typeof name !== 'string' || name === '') return [];
  return [{ kind: 'npm', name, version: typeof version === 'string' ? version : '' }];
}

function readPip(text: string): Package[] {
  const [head = ''] = text.split(/\r?\n\r?\n/, 1);
  const name = /^Name: *(.+?)\r?$/m.exec(head)?.[1];
  const version = /^Version: *(.+?)\r?$/m.exec(head)?.[1] ?? '';
  return name === undefined ? [] : [{ kind: 'pip', name, version }];
}
