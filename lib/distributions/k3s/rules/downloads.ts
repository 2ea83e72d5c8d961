import type { Finding } from '../../../rules/rule';
import type { K3sModel } from '../model';
import { k3sRule } from './k3s-rule';
import { quoted } from './quoted';

/** Rules about where hosts download releases from. */
export const downloadRules = [
  k3sRule({
    id: 'k3s-download-from',
    title: 'Releases are downloaded from a plain base URL, or uploaded',
    reason:
      'The release and the artifact are appended to it; a password in it would stand in plans, inputs and logs of hosts.',
    source: 'docs/decisions/0007-what-a-step-is.md; docs/cluster.md#downloads',
    check: downloadFindings,
  }),
];

function downloadFindings({ path, props }: K3sModel): Finding[] {
  const { downloadFrom: url, airGap } = props;
  const property = 'downloadFrom';
  if (url === undefined) return [];
  const problem = problemOf(url);
  if (problem !== undefined) {
    // Not repeated: it may hold a password.
    const got = PARTS_WITH_SECRETS.test(url) ? '' : `, got ${quoted(url)}`;
    return [{ path, property, problem: `${problem}${got}`, fix: `write ${fixedUrl(url)}` }];
  }
  if (airGap === undefined || airGap === false) return [];
  return [
    {
      path,
      property,
      problem: 'says where hosts download from, and with airGap they download nothing',
      fix: 'remove one of the two',
    },
  ];
}

function problemOf(url: string): string | undefined {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^https?:\/\/[\x21-\x7e]+$/.test(url) || /["'\\`$<>]/.test(url))
    return 'must be an http or https URL';
  if (parsed.username !== '' || parsed.password !== '' || url.includes('@'))
    return 'must be a URL without user and password';
  if (/[?#]/.test(url)) return 'must be a URL without query and fragment';
  if (url.endsWith('/')) return 'must be a URL that does not end with /';
  return undefined;
}

/** The same URL as it should be, when it is one. */
function fixedUrl(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol) || !/^[\x21-\x7e]+$/.test(url))
    return "'https://mirror.example.org/k3s'";
  return quoted(`${parsed.origin}${parsed.pathname.replace(/["'\\`$<>]/g, '').replace(/\/+$/, '')}`);
}

const PARTS_WITH_SECRETS = /@|\?|#|«secret:/;
