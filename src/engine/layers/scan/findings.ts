import { percentDecoded } from '../../../util/percentDecoded.ts';
import { isRaw, readFields } from '../../mapping/reader.ts';
import type { Raw } from '../../mapping/reader.ts';

/** From the worst on. */
export const SEVERITIES = ['critical', 'high', 'medium', 'low', 'unknown'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** A weakness of a package in an image. */
export interface Finding {
  /** `CVE-2026-1234`, `GHSA-…` */
  readonly id: string;
  readonly severity: Severity;
  readonly package: string;
  readonly version: string;
  /** Versions that don't have it; empty where there is none, or nothing is said. */
  readonly fixed: string;
  readonly title: string;
  /** `sha256:…` of the unpacked layer that has the package; empty where nothing says it. */
  readonly diffId: string;
}

/** What `trivy image --format json` writes (`Results[].Vulnerabilities[]`, `Layer.DiffID`). */
export function readTrivy(report: unknown): Finding[] {
  return list(report, 'Results').flatMap((result) =>
    readFields(result)
      .objects('Vulnerabilities')
      .map((raw): Finding => {
        const one = readFields(raw);
        return {
          id: one.text('VulnerabilityID'),
          severity: severityOf(one.text('Severity')),
          package: one.text('PkgName'),
          version: one.text('InstalledVersion'),
          fixed: one.text('FixedVersion'),
          title: one.text('Title'),
          diffId: one.inside('Layer').text('DiffID'),
        };
      }),
  );
}

/** What `grype -o json` writes (`matches[]`; the `layerID` of a location is the layer's DiffID). */
export function readGrype(report: unknown): Finding[] {
  return list(report, 'matches').map((raw): Finding => {
    const match = readFields(raw);
    const weakness = match.inside('vulnerability');
    const artifact = match.inside('artifact');
    const [place = {}] = artifact.objects('locations');
    return {
      id: weakness.text('id'),
      severity: severityOf(weakness.text('severity')),
      package: artifact.text('name'),
      version: artifact.text('version'),
      fixed: weakness.inside('fix').strings('versions').join(', '),
      title: weakness.text('description'),
      diffId: readFields(place).text('layerID'),
    };
  });
}

/**
 * What `docker scout cves --format sarif` writes: SARIF 2.1.0, in whose rules stand severity, package (`purls`) and the version
 * that has it fixed. It names no layers.
 */
export function readScout(report: unknown): Finding[] {
  return list(report, 'runs').flatMap((run) => {
    const driver = readFields(run).inside('tool').inside('driver');
    return driver.objects('rules').flatMap((raw): Finding[] => {
      const rule = readFields(raw);
      const properties = rule.inside('properties');
      const title = rule.inside('shortDescription').text('text');
      return properties.strings('purls').map((purl) => ({
        id: rule.text('id'),
        severity: severityOf(properties.text('cvssV3_severity')),
        ...packageOf(purl),
        fixed: properties.text('fixed_version').replace(/^not fixed$/, ''),
        title,
        diffId: '',
      }));
    });
  });
}

/** `pkg:deb/debian/curl@8.1?os_name=…` (package-url specification). */
function packageOf(purl: string): { package: string; version: string } {
  const [, name = purl, version = ''] = /^pkg:[^/]+\/([^@?]+)(?:@([^?#]*))?/.exec(purl) ?? [];
  return { package: percentDecoded(name), version: percentDecoded(version) };
}

const severityOf = (text: string): Severity =>
  SEVERITIES.find((severity) => severity === text.toLowerCase()) ??
  (/^negligible$/i.test(text) ? 'low' : 'unknown');

const list = (report: unknown, field: string): readonly Raw[] =>
  isRaw(report) ? readFields(report).objects(field) : [];
