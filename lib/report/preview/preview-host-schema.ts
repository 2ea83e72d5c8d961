import type { HostBlock, HostField, HostFileBlock, Rollout, RolloutStep } from '../../diff/host-report';
import { RISK_LEVELS, type RiskLevel } from '../../diff/rules/risk-rule';
import { list, oneOf, shape, text } from '../../synthesis/json-schema';
import { costSchema, count, fieldSchema, originSchema } from './preview-schema-parts';

const kind = oneOf<HostBlock['kind']>('added', 'removed', 'changed');

const seconds = { type: 'number', minimum: 0 };

const setting = { name: text, before: text, after: text, disruption: costSchema };

const file = shape<HostFileBlock>(
  { path: text, kind, what: list(text), disruption: costSchema },
  { fields: list(fieldSchema), before: text, after: text },
);

/** A host that comes, goes or differs. */
export const hostBlockSchema = shape<HostBlock>(
  {
    cluster: text,
    host: text,
    role: text,
    kind,
    environments: list(text),
    level: oneOf<RiskLevel>(...RISK_LEVELS),
    disruption: costSchema,
    reason: text,
    properties: list(shape<HostField>(setting, {})),
    options: list(shape<HostBlock['options'][number]>(setting, { applies: text, why: text })),
    files: list(file),
    steps: list(text),
    origin: originSchema,
  },
  {},
);

const step = shape<RolloutStep>(
  { host: text, role: text, wave: count, what: text, disruption: costSchema, expectedSeconds: seconds },
  {
    atMostSeconds: seconds,
    kind: oneOf<NonNullable<RolloutStep['kind']>>('added', 'removed', 'changed'),
    quorum: shape<NonNullable<RolloutStep['quorum']>>({ members: count, needed: count, left: count }, {}),
  },
);

/** What happens to the hosts of a cluster, in order. */
export const rolloutSchema = shape<Rollout>(
  { environment: text, cluster: text, steps: list(step), expectedSeconds: seconds },
  { atMostSeconds: seconds, notes: list(text) },
);
