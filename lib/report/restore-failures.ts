import type { RestoreFacts } from './restore-facts';

/** What an operator may see, why, and what to do. */
export function failures(facts: RestoreFacts): string {
  return `
## What can go wrong

| what you see | why, and what to do |
|---|---|
${rowsOf(facts)
  .map(([seen, why]) => `| ${seen} | ${why} |`)
  .join('\n')}`;
}

function rowsOf({ volumes, endpoint, credentialsSecret }: RestoreFacts): string[][] {
  return [
    [
      '`backup-location get` says Unavailable',
      `Keys or address are wrong: \`kubectl -n velero get backupstoragelocation default -o jsonpath='{.status.message}'\`; the keys are in Secret \`velero/${credentialsSecret}\`.`,
    ],
    [
      'The restore is Completed and changed nothing',
      'The objects existed and were skipped. Remove the namespace first, or add `--existing-resource-policy update`, which does not touch volumes.',
    ],
    ['A claim stays Pending', 'Its storage class does not exist here: `kubectl get storageclasses`.'],
    ...(volumes
      ? [
          [
            'Volumes are empty',
            'No running pod mounted them, or they are of type hostPath: `kubectl -n velero get podvolumebackups -l velero.io/backup-name="$BACKUP"` lists what was saved.',
          ],
          [
            'A pod waits in its init container `restore-wait`',
            'The agent of its node does not run: `kubectl -n velero get pods -l name=node-agent -o wide`.',
          ],
        ]
      : []),
    ...(endpoint === undefined
      ? []
      : [
          [
            '`velero backup logs` cannot connect',
            `It downloads from \`${endpoint}\`, which this machine must reach; add \`--cacert FILE\` for a private authority.`,
          ],
        ]),
    [
      'A namespace hangs in Terminating',
      'Something in it has a finalizer nobody removes: `kubectl get namespace NAME -o yaml` names it.',
    ],
  ];
}
