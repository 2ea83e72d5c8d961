/** What has to happen on a host when something changes, from least to most. */
export type Disruption = 'none' | 'live' | 'restart' | 'drain-restart' | 'replace';
