import type { HelmValues } from './helm-values';
import type { Resources } from './requests';

/** Requests and limits as a chart takes them. */
export function resourceValues({ requests, limits }: Resources): HelmValues {
  return {
    ...(requests !== undefined && { requests: { ...requests } }),
    ...(limits !== undefined && { limits: { ...limits } }),
  };
}
