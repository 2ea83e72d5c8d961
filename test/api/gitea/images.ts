import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Image } from './cell';
import {
  buildctlBinary,
  buildkitdBinary,
  giteaBinary,
  giteaModule,
  registryBinary,
  runcBinary,
  runnerBinary,
} from './programs';

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Small programs of the images that this machine may not have. */
const DUMB_INIT = { '/usr/bin/dumb-init': '#!/bin/sh\n[ "$1" = -- ] && shift\nexec "$@"\n' };

/** What Dockerfile.rootless puts together, and the frontend left out: pages and their templates lie beside the binary instead of in it. */
export function giteaImage(): Image {
  const module = giteaModule();
  const dockerfile = readFileSync(join(module, 'Dockerfile.rootless'), 'utf8');
  const env = [...dockerfile.matchAll(/^ENV (\w+)="?([^"\n]*)"?$/gm)].filter(([, name]) => name !== 'TAGS');
  return {
    files: {
      '/app/gitea/gitea': giteaBinary(),
      '/app/gitea/static/templates': join(module, 'templates'),
      '/app/gitea/static/options': join(module, 'options'),
      '/app/gitea/static/public': join(module, 'public'),
      '/usr/local/bin': join(module, 'docker/rootless/usr/local/bin'),
      '/etc/templates': join(module, 'docker/rootless/etc/templates'),
    },
    texts: DUMB_INIT,
    env: {
      PATH,
      GITEA__server__STATIC_ROOT_PATH: '/app/gitea/static',
      ...Object.fromEntries(env.map(([, name = '', value = '']) => [name, value])),
    },
    entryPoint: ['/usr/bin/dumb-init', '--', '/usr/local/bin/docker-entrypoint.sh'],
  };
}

export function runnerImage(): Image {
  return { files: { '/usr/local/bin/gitea-runner': runnerBinary() }, env: { PATH } };
}

/** `unshare` in place of rootlesskit: one user is mapped instead of 65536, which is enough for files of root. */
export function builderImage(): Image {
  return {
    files: {
      '/usr/bin/buildctl': buildctlBinary(),
      '/usr/bin/buildkitd': buildkitdBinary(),
      '/usr/bin/buildkit-runc': runcBinary(),
    },
    texts: { '/usr/bin/rootlesskit': '#!/bin/sh\nexec unshare --user --map-root-user --mount "$@"\n' },
    env: {
      PATH,
      HOME: '/home/user',
      USER: 'user',
      XDG_RUNTIME_DIR: '/run/user/1000',
      TMPDIR: '/home/user/.local/tmp',
      BUILDKIT_HOST: 'unix:///run/user/1000/buildkit/buildkitd.sock',
    },
    entryPoint: ['rootlesskit', 'buildkitd'],
  };
}

/** Also has `htpasswd`, which in the manifest is another image's. */
export function registryImage(): Image {
  return {
    files: { '/usr/local/bin/registry': registryBinary() },
    texts: { '/etc/distribution/config.yml': CONFIG },
    env: { PATH },
    entryPoint: ['registry', 'serve', '/etc/distribution/config.yml'],
  };
}

/** distribution/distribution@v3.1.1:cmd/registry/config-example.yml. */
const CONFIG = `version: 0.1
log: { fields: { service: registry } }
storage: { cache: { blobdescriptor: inmemory }, filesystem: { rootdirectory: /var/lib/registry } }
http: { addr: ':5000', headers: { X-Content-Type-Options: [nosniff] } }
`;
