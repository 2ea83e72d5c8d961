/** go-gitea/gitea@v1.26.4:.github/workflows/release-tag-version.yml publishes this tag, Dockerfile.rootless says what is in it. */
export const GITEA_IMAGE = 'docker.io/gitea/gitea:1.26.4-rootless';

/** gitea.com/gitea/runner@v1.0.6:.gitea/workflows/release-tag.yml publishes this tag, Dockerfile (target `basic`) says what is in it. */
export const RUNNER_IMAGE = 'docker.io/gitea/runner:1.0.6';

/** moby/buildkit@v0.32.2:.github/workflows/buildkit.yml publishes this tag, Dockerfile (target `rootless`) says what is in it. */
export const BUILDER_IMAGE = 'docker.io/moby/buildkit:v0.32.2-rootless';

/** User and group of both images (their Dockerfiles), and the one that the maps of subordinate ids in the builder's image are made for. */
export const USER = 1000;
