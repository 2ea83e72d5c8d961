import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import ts from 'typescript';
import { commandTable } from '../../cli/command-table';
import { ExistingCluster, K3sCluster, Namespace, secret, Velero, type Environment } from '../../constructs';
import { optionReference } from '../../lib/distributions/k3s/reference';
import { ruleReference } from '../../lib/report/rule-reference';
import { synthesized } from '../support/synthesized';
import { pages } from '../support/markdown';

describe('what the program tells people to do', () => {
  test('names only commands that exist: texts of rules, options, errors and reports', () => {
    expect(literals(['lib', 'constructs', 'adapters', 'cli', 'stacks']).flatMap(unknownCommands)).toEqual([]);
  });

  test('asks for nothing that this release refuses: texts of rules, options and reports', () => {
    const texts = literals(['lib', 'constructs']).filter(({ where }) => !OF_PREVIEW.test(where));
    expect(texts.flatMap(refused)).toEqual([]);
  });

  test('asks for nothing that this release refuses: documents written beside the manifests', () => {
    const documents = [k3s, existing('argo-cd'), existing('flux'), existing('helm-controller')].flatMap(
      (define) => synthesized(define).documents,
    );
    expect(documents).toHaveLength(4);
    const texts = documents.map(({ file, content }) => ({ where: file, text: content }));
    expect(texts.flatMap((text) => [...unknownCommands(text), ...refused(text)])).toEqual([]);
  });

  test('asks for nothing that this release refuses: pages', () => {
    const generated = [
      { where: 'docs/k3s-options.md', text: optionReference() },
      { where: 'docs/rules.md', text: ruleReference() },
    ];
    expect(generated.flatMap((text) => [...unknownCommands(text), ...refused(text)])).toEqual([]);
    const written = pages().map((page) => ({ where: page, text: readFileSync(page, 'utf8') }));
    expect(written.flatMap(unknownCommands)).toEqual([]);
    const others = written.filter(({ where, text }) => !OF_PREVIEW.test(where) && !REFUSAL.test(text));
    expect(others.flatMap(refused)).toEqual([]);
  });

  test('is watched: commands that do not exist and steps that are refused are found', () => {
    const text = 'waive this rule once, or run `k3stack walk`, then: k3stack fly; npx k3stack lock';
    expect(unknownCommands({ where: 'here', text })).toEqual(['here: k3stack walk', 'here: k3stack fly']);
    expect(refused({ where: 'here', text })).toEqual(['here: waive']);
  });
});

interface Text {
  readonly where: string;
  readonly text: string;
}

/** Commands of k3stack in a text: in backticks, after `npx`, `run` or a colon. Anything else is a sentence about k3stack. */
function unknownCommands({ where, text }: Text): string[] {
  return [...text.matchAll(/(?:`|npx |\brun )k3stack ([a-z][a-z-]*)|: k3stack ([a-z-]+)(?=$|[;,.])/g)]
    .map(([, name, last]) => name ?? last ?? '')
    .filter((name) => !Object.hasOwn(commandTable, name) && name !== 'help')
    .map((name) => `${where}: k3stack ${name}`);
}

function refused({ where, text }: Text): string[] {
  return [...text.matchAll(/\bwaive\w*/g)].map(([words]) => `${where}: ${words}`);
}

/** Every literal text of the sources in some folders. */
function literals(folders: readonly string[]): Text[] {
  return folders
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`),
    )
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => {
      const found: Text[] = [];
      const visit = (node: ts.Node): void => {
        if (
          ts.isStringLiteralLike(node) ||
          ts.isTemplateMiddleOrTemplateTail(node) ||
          ts.isTemplateHead(node)
        )
          found.push({ where: file, text: node.text });
        ts.forEachChild(node, visit);
      };
      visit(ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2022));
      return found;
    });
}

function k3s(env: Environment): void {
  const cluster = new K3sCluster(env, 'k3s', {
    version: 'v1.34.1+k3s1',
    servers: { alfa: { nodeIp: '10.0.0.11' } },
  });
  new Namespace(cluster, 'shop');
  new Velero(cluster, 'velero', { bucket: BUCKET });
}

function existing(helm: 'argo-cd' | 'flux' | 'helm-controller'): (env: Environment) => void {
  return (env) => {
    const cluster = new ExistingCluster(env, 'laptop', {
      kubeconfig: { context: 'laptop' },
      kubernetesVersion: '1.34',
      helm,
    });
    new Velero(cluster, 'velero', { bucket: BUCKET });
  };
}

const BUCKET = { name: 'backups', credentials: secret('velero-s3') };

/** Risks of a preview can be waived, rules of a program cannot. */
const OF_PREVIEW =
  /^lib\/(?:diff|report\/preview|manifests)\/|risk-reference|^docs\/(?:preview-|risks|decisions\/0014)|\/preview-|^CHANGELOG|^CONTRIBUTING|^README|examples\/ci|docs\/cli\.md/;

/** Pages that say what is refused. */
const REFUSAL = /refused|does not change hosts/;
