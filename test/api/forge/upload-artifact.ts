import { readFileSync } from 'node:fs';
import type { ForgeEnvironment } from '../../../adapters/forge/forge-from-environment';

/** Uploads an archive as the artifact of a job of Gitea, as an action does that has its variables (code.gitea.io/gitea@v1.26.4:routers/api/actions/artifactsv4.go). */
export async function uploadArtifact(
  variables: ForgeEnvironment,
  name: string,
  archive: string,
): Promise<void> {
  const token = variables['ACTIONS_RUNTIME_TOKEN'] ?? '';
  const ids = { ...idsOf(token), name };
  const call = async <T>(method: string, body: object) => {
    const service = `${variables['ACTIONS_RESULTS_URL']}/twirp/github.actions.results.api.v1.ArtifactService`;
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const response = await fetch(`${service}/${method}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${method}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  };
  const bytes = readFileSync(archive);
  const { signedUploadUrl: url } = await call<{ signedUploadUrl: string }>('CreateArtifact', {
    ...ids,
    version: 4,
  });
  await put(`${url}&comp=block&blockid=${encodeURIComponent(BLOCK)}`, bytes);
  await put(`${url}&comp=blocklist`, `<BlockList><Latest>${BLOCK}</Latest></BlockList>`);
  await call('FinalizeArtifact', { ...ids, size: String(bytes.length) });
}

async function put(url: string, body: Buffer | string): Promise<void> {
  const response = await fetch(url, { method: 'PUT', body });
  if (!response.ok) throw new Error(`PUT: ${response.status} ${await response.text()}`);
}

/** Which run and job the token is of: its scope says `Actions.Results:RUN:JOB`. */
function idsOf(token: string): { workflow_run_backend_id: string; workflow_job_run_backend_id: string } {
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as {
    scp: string;
  };
  const [, run = '', job = ''] = claims.scp.split(':');
  return { workflow_run_backend_id: run, workflow_job_run_backend_id: job };
}

const BLOCK = Buffer.from('block-000000').toString('base64');
