import { table } from '../../../util/table.ts';

/** The annotation keys that the OCI image specification predefines, in its words made short. */
export const LABELS: Readonly<Record<string, string>> = table({
  'org.opencontainers.image.authors': 'Who is responsible for the image.',
  'org.opencontainers.image.base.digest': 'Digest of the base image.',
  'org.opencontainers.image.base.name': 'Reference of the base image.',
  'org.opencontainers.image.created': 'When it was built, as RFC 3339 says.',
  'org.opencontainers.image.description': 'What it is, for people.',
  'org.opencontainers.image.documentation': 'URL of its documentation.',
  'org.opencontainers.image.licenses': 'Its licences, as an SPDX expression.',
  'org.opencontainers.image.ref.name': 'Name of its reference.',
  'org.opencontainers.image.revision': 'Revision of the source that it was built from.',
  'org.opencontainers.image.source': 'URL of its source code.',
  'org.opencontainers.image.title': 'Its title, for people.',
  'org.opencontainers.image.url': 'URL of more about it.',
  'org.opencontainers.image.vendor': 'Who distributes it.',
  'org.opencontainers.image.version': 'Version of what is packed in it.',
});
