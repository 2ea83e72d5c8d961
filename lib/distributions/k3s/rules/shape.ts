import type { Finding } from '../../../rules/rule';
import type { ShapeProblem } from '../../../rules/shape';
import type { K3sModel } from '../model';
import { k3sRule } from './k3s-rule';
import { halfCharacters } from './plain-data';
import { propsShape } from './props-shape';

/** The form of everything the program passes; no other rule looks at a model that breaks it. */
export const shapeRule = k3sRule({
  id: 'k3s-props-shape',
  title: 'Properties are known and of the right type',
  reason:
    'TypeScript checks this only in typed programs; a misspelt property would change nothing and say nothing.',
  source: 'lib/distributions/k3s/cluster-settings.ts',
  check: shapeFindings,
});

/** Whether the model has the form that its types say. */
export function isWellFormed(model: K3sModel): boolean {
  return shapeFindings(model).length === 0;
}

function shapeFindings(model: K3sModel): readonly Finding[] {
  const known = findings.get(model);
  if (known !== undefined) return known;
  const problems = propsShape(model.props, []);
  const found = (problems.length > 0 ? problems : halfCharacters(model.props)).map((problem) =>
    placed(model, problem),
  );
  findings.set(model, found);
  return found;
}

/** A problem inside of a node belongs to the node's own path. */
function placed({ path }: K3sModel, { at, problem, fix }: ShapeProblem): Finding {
  const [first = '', ...rest] = at;
  const depth = first === 'pools' && rest[1] === 'nodes' ? 3 : 1;
  if (!NODE_MAPS.has(first) || rest.length <= depth)
    return { path, property: dotted(at) || 'props', problem, fix };
  const names = depth === 3 ? [rest[0], rest[2]] : [rest[0]];
  return { path: [path, first, ...names].join('/'), property: dotted(rest.slice(depth)), problem, fix };
}

function dotted(at: readonly string[]): string {
  return at
    .map((key, index) =>
      /^\w+$/.test(key)
        ? /^\d+$/.test(key)
          ? `[${key}]`
          : index === 0
            ? key
            : `.${key}`
        : `[${JSON.stringify(key)}]`,
    )
    .join('');
}

const NODE_MAPS = new Set(['servers', 'agents', 'pools']);
const findings = new WeakMap<K3sModel, readonly Finding[]>();
