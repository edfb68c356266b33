/** Our type of tasks. */
export const BUILD_TASK = 'stevedore-build';

/** As the Docker extension and Container Tools write it (code.visualstudio.com/docs/containers/reference). */
export const DOCKER_TASK = 'docker-build';

/** Name of the matcher for what a build's output says of its Dockerfile. */
export const MATCHER = 'stevedore-build';
