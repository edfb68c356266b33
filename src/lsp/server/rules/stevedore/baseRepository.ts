import type { Dockerfile } from '../../model/dockerfile.ts';
import type { Stage } from '../../parser/tree.ts';

/** Images of distributions, which have nothing of their own: no files and no variables. */
export const DISTRIBUTIONS =
  /(?:^|\/)(?:alpine|debian|ubuntu|busybox|buildpack-deps|fedora|centos|rockylinux|almalinux|amazonlinux|oraclelinux|archlinux|photon|leap|tumbleweed|ubi\d*(?:-(?:minimal|micro|init))?)$/;

/**
 * The image that the layers of a stage lie on in the end, variables replaced, in small letters.
 * @returns its name without tag and digest, and all of it; undefined where only who builds knows which it is
 */
export function baseRepository(
  file: Dockerfile,
  stage: Stage | undefined,
): { readonly repository: string; readonly image: string } | undefined {
  const first = stage && file.once(firstStages)[stage.index];
  const { value = '', error } = (first && file.scopes().from(first).image) ?? {};
  const image = value.toLowerCase();
  const [path = ''] = image.split('@', 1);
  const tag = path.indexOf(':', path.lastIndexOf('/') + 1);
  const repository = tag < 0 ? path : path.slice(0, tag);
  return error || !/[^/]$/.test(repository) ? undefined : { repository, image };
}

/** By its index the stage that each one stands on in the end, itself where it starts from an image. */
function firstStages(file: Dockerfile): readonly Stage[] {
  const first: Stage[] = [];
  for (const stage of file.tree.stages) {
    // A base is an earlier stage.
    const base = file.baseOf(stage);
    first.push((base && first[base.index]) ?? stage);
  }
  return first;
}
