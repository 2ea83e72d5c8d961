import { accessRisks } from './host/access-risks';
import { agentRisks } from './host/agent-risks';
import { artifactRisks } from './host/artifact-risks';
import { backupRisks } from './host/backup-risks';
import { commandRisks } from './host/command-risks';
import { credentialRisks } from './host/credential-risks';
import { nodeRisks } from './host/node-risks';
import { optionRisks } from './host/option-risks';
import { serverRisks } from './host/server-risks';
import { transitionRisks } from './host/transition-risks';
import { versionRisks } from './host/version-risks';
import type { EnvironmentRiskRule } from './risk-rule';

/** Risks of clusters and hosts, in the order in which they are told. */
export const hostRules: readonly EnvironmentRiskRule[] = [
  ...transitionRisks,
  ...versionRisks,
  ...optionRisks,
  ...serverRisks,
  ...agentRisks,
  ...accessRisks,
  ...artifactRisks,
  ...backupRisks,
  ...credentialRisks,
  ...commandRisks,
  ...nodeRisks,
];
