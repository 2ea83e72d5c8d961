import { constants, createCipheriv, publicEncrypt, randomBytes, X509Certificate } from 'node:crypto';
import { K3stackError } from '../../lib/errors';
import type { KubernetesObject } from '../../lib/synthesis/synthesis';
import type { PlainSecret } from './plain-secret';

/**
 * A SealedSecret that the controller with this certificate opens, and only under the same name. Fields and format from
 * bitnami-labs/sealed-secrets@v0.40.0:pkg/apis/sealedsecrets/v1alpha1/types.go and pkg/crypto/crypto.go.
 *
 * @throws K3stackError `SEALING_CERTIFICATE_EXPIRED`, as `kubeseal` refuses it.
 */
export function sealedSecret({ namespace, name, data }: PlainSecret, certificate: string): KubernetesObject {
  const controller = new X509Certificate(certificate);
  if (new Date(controller.validTo).getTime() < Date.now()) {
    throw new K3stackError(
      'SEALING_CERTIFICATE_EXPIRED',
      `the certificate that Secret ${namespace}/${name} is to be sealed for ended on ${controller.validTo}; fetch the controller's newest: kubeseal --fetch-cert`,
    );
  }
  const label = Buffer.from(`${namespace}/${name}`);
  const sealed = Object.entries(data).map(([key, value]) => [
    key,
    seal(Buffer.from(value), controller, label).toString('base64'),
  ]);
  return {
    apiVersion: 'bitnami.com/v1alpha1',
    kind: 'SealedSecret',
    metadata: { name, namespace },
    spec: {
      encryptedData: Object.fromEntries(sealed) as Record<string, string>,
      template: { metadata: { name, namespace }, type: 'Opaque' },
    },
  };
}

/** Length of the encrypted key, the key, and the value encrypted with it. A key is used once, so its nonce can be zero. */
function seal(value: Buffer, { publicKey }: X509Certificate, label: Buffer): Buffer {
  const key = randomBytes(32);
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  const encryptedKey = publicEncrypt({ key: publicKey, padding, oaepHash: 'sha256', oaepLabel: label }, key);
  const cipher = createCipheriv('aes-256-gcm', key, Buffer.alloc(12));
  const length = Buffer.alloc(2);
  length.writeUInt16BE(encryptedKey.length);
  return Buffer.concat([length, encryptedKey, cipher.update(value), cipher.final(), cipher.getAuthTag()]);
}
