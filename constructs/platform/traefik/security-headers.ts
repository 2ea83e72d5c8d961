import type { Headers } from './middleware-settings';

/**
 * Headers of answers that no page misses: https from the second visit on, no guessing of types, frames of the own site only, no paths to other
 * sites, no camera, microphone and place, and nothing about the software behind. `over` wins; header maps are merged.
 */
export function securityHeaders(over: Headers): Headers {
  return {
    stsSeconds: 31_536_000, // subdomains are left out: what was promised for them cannot be taken back for a year
    contentTypeNosniff: true,
    customFrameOptionsValue: 'SAMEORIGIN',
    referrerPolicy: 'strict-origin-when-cross-origin',
    permissionsPolicy: 'camera=(), geolocation=(), microphone=()',
    ...over,
    customResponseHeaders: { Server: '', 'X-Powered-By': '', ...over.customResponseHeaders },
  };
}
