import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { KubernetesObject } from '../../lib/synthesis/synthesis';
import { toYaml } from '../../lib/yaml';
import { goProgram } from '../support/go-program';

/** What kube-score, which is not ours, holds against an object. */
export interface ScoreFinding {
  /** `Kind/apiVersion/namespace/name`, as kube-score has it. */
  readonly object: string;

  /** Id of its check, such as `container-resources`. */
  readonly check: string;
  readonly grade: 'critical' | 'warning';

  /** Each thing it says, with where. */
  readonly comments: readonly string[];
}

/** Builds kube-score where it is not there yet: a minute. */
export function kubeScoreBinary(): string {
  return goProgram({
    title: 'kube-score',
    sources: join(__dirname, 'kube-score'),
    folder: 'api',
    name: 'kube-score',
    package: 'github.com/zegl/kube-score/cmd/kube-score',
  });
}

/** Everything that kube-score says against objects. @throws Error when it does not run. */
export function kubeScore(objects: readonly KubernetesObject[], kubernetes: string): ScoreFinding[] {
  const input = toYaml(...objects);
  const args = ['score', '--output-format', 'json', '--kubernetes-version', `v${kubernetes}`, '-'];
  const { status, stdout, stderr } = spawnSync(kubeScoreBinary(), args, {
    input,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  // 1 is a finding, more is not.
  if (status === null || status > 1 || stdout === '') throw new Error(`kube-score: ${stderr}`);
  return (JSON.parse(stdout) as ScoredObject[]).flatMap(({ object_name: object, checks }) =>
    checks
      .filter(({ grade, skipped }) => !skipped && grade <= WARNING)
      .map(({ check, grade, comments }) => ({
        object,
        check: check.id,
        grade: grade === CRITICAL ? 'critical' : 'warning',
        comments: (comments ?? []).map(({ path, summary }) => [path, summary].filter(Boolean).join(': ')),
      })),
  );
}

interface ScoredObject {
  readonly object_name: string;
  readonly checks: readonly {
    readonly check: { readonly id: string };
    readonly grade: number;
    readonly skipped: boolean;
    readonly comments: readonly { readonly path: string; readonly summary: string }[] | null;
  }[];
}

/** zegl/kube-score@v1.20.0:scorecard/scorecard.go */
const CRITICAL = 1;
const WARNING = 5;
