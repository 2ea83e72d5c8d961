import type { Finding } from '../../../rules/rule';
import { k3sRule, type K3sTransition, changedFact } from './k3s-transition';

const HOW = 'https://docs.k3s.io/cli/secrets-encrypt';

/** Rules about tokens and the encryption of Secrets. */
export const credentialRules = [
  k3sRule({
    id: 'token-secret-changed',
    title: 'A cluster keeps the secret that holds its token',
    reason:
      'The token encrypts the bootstrap data: servers with another one stop with "bootstrap data already found and encrypted with ' +
      'different token", and snapshots taken under the old one need it for a restore.',
    source: 'https://github.com/k3s-io/k3s/issues/3888',
    check: (transition) => {
      const change = changedFact(transition, 'tokenSecret');
      if (change === undefined) return [];
      return [
        {
          path: transition.after.path,
          property: 'token',
          problem: `the token was secret ${change.old} and is now secret ${change.now}`,
          fix: `keep ${change.old}; to rotate the token, run k3s token rotate on a server, give ${change.old} the new value, and keep the old one beside the snapshots`,
          blocks: 'provision',
        },
      ];
    },
  }),
  k3sRule({
    id: 'agent-token-secret-changed',
    title: 'Agents keep the secret that holds their token',
    reason:
      'Servers accept one token of agents at a time: an agent that restarts with the old one waits for ever.',
    source: 'https://docs.k3s.io/cli/token',
    check: (transition) => {
      const {
        factsBefore: { agentTokenSecret: old },
        factsAfter: { agentTokenSecret: now },
        after,
      } = transition;
      if (old === now || transition.factsBefore.tokenSecret === undefined) return [];
      return [
        {
          path: after.path,
          property: 'agentToken',
          problem: `agents joined with ${old ?? 'the token of the servers'} and now with ${now ?? 'that of the servers'}`,
          fix: 'let the update finish on all nodes: an agent that restarts in between does not come back until it has the new token',
          blocks: 'nothing',
        },
      ];
    },
  }),
  k3sRule({
    id: 'secrets-encryption-changed',
    title: 'Encryption of Secrets is not switched by a restart',
    reason: 'Secrets that are encrypted stay so: without the key configuration no server can read them.',
    source: HOW,
    check: encryptionChange,
  }),
];

function encryptionChange(transition: K3sTransition): Finding[] {
  const change = changedFact(transition, 'secretsEncryption');
  if (change === undefined) return [];
  const place = { path: transition.after.path, property: 'secretsEncryption' };
  if (change.now === 'false') {
    return [
      {
        ...place,
        problem: `encryption of Secrets with ${change.old} is switched off`,
        fix: `keep it; to switch it off, make the change in two steps: decrypt by hand as ${HOW} says, and leave it out here when k3s secrets-encrypt status says Disabled`,
        blocks: 'provision',
      },
    ];
  }
  if (change.old === 'false') {
    return [
      {
        ...place,
        problem: `encryption of Secrets with ${change.now} is switched on in a cluster that is not encrypted`,
        fix: `keep it off; to switch it on, make the change in two steps: encrypt by hand as ${HOW} says, and write it here when k3s secrets-encrypt status says Enabled`,
        blocks: 'provision',
      },
    ];
  }
  return [
    {
      ...place,
      problem: `the cipher was ${change.old} and is now ${change.now}: only Secrets written from now on have it`,
      fix: 'rotate the encryption keys after this update, so that all Secrets are written anew',
      blocks: 'nothing',
    },
  ];
}
