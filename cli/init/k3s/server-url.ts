/** Host and port of `server`, brackets of IPv6 addresses left off; `undefined` for text that is no such URL. */
export function parseServerUrl(text: string): { readonly host: string; readonly port: number } | undefined {
  const [, bracketed, plain, port] =
    /^https:\/\/(?:\[([0-9a-fA-F:]+)\]|([^:/?#\s]+))(?::(\d{1,5}))?\/?$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  return host === undefined ? undefined : { host, port: Number(port ?? 443) };
}
