/** Major releases of Postgres that there is an image for. */
export type PostgresVersion = '15' | '16' | '17' | '18';

/**
 * Image of each major release, the one with glibc of Debian: docker-library/official-images@37079fb336f572a88700cf32e5e1f6be54a04e8f:library/postgres.
 * All are made for amd64, arm64 and arm.
 */
export const POSTGRES_IMAGES: Readonly<Record<PostgresVersion, string>> = {
  '15': 'postgres:15.19-trixie',
  '16': 'postgres:16.15-trixie',
  '17': 'postgres:17.11-trixie',
  '18': 'postgres:18.6-trixie',
};

/** User and group `postgres` of those images: docker-library/postgres@6edb0a8c4def40c371514b34aef9037ec82d9110:17/trixie/Dockerfile. */
export const POSTGRES_USER = 999;

/**
 * Image of CloudNativePG's operator for the newest release: cloudnative-pg/cloudnative-pg@a95a534dbe0854495b863bbc1b7651f74d310916:pkg/versions/versions.go,
 * DefaultImageName.
 */
export const CLOUD_NATIVE_PG_IMAGES: Readonly<Partial<Record<PostgresVersion, string>>> = {
  '18': 'ghcr.io/cloudnative-pg/postgresql:18.6-system-trixie',
};

/**
 * Client for S3 in dump and restore jobs; made for amd64, arm64 and arm. Tag: github.com/rclone/rclone@v1.76.0:.github/workflows/build_publish_docker_image.yml
 * (`type=semver,pattern={{version}}`).
 */
export const RCLONE_IMAGE = 'rclone/rclone:1.76.0';
