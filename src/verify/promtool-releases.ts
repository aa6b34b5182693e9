/** A release of Prometheus whose archives are known. */
export interface PromtoolRelease {
  readonly version: string;
  /** The SHA-256 of `prometheus-VERSION.PLATFORM.tar.gz`, by platform as Prometheus names it. */
  readonly archives: Readonly<Record<string, string>>;
}

/**
 * The releases of Prometheus from which the action may take promtool, the newest first (published at
 * github.com/prometheus/prometheus/releases). Nothing else is ever fetched.
 */
export const PROMTOOL_RELEASES: readonly PromtoolRelease[] = [
  {
    version: '3.5.0',
    archives: {
      'darwin-arm64': 'c17bc2c992f0b5515eebe2b4ccd626214f8e309a0fe6ec40ed13c42ec13d05fb',
      'linux-amd64': 'e811827af26d822afb09a4f28314f61b618b12cff5369835a67f674d8b46f39a',
      'linux-arm64': '173389cc42bf09c4e6e54cb53fa07a5a835d7c261e14775d2183181d6e385d1c',
      'windows-amd64': 'c28e98895c502f09d3c03b686870f3e40ef244baa6c0b445d6a9ccb0750b6b79',
    },
  },
  {
    version: '3.4.1',
    archives: {
      'darwin-amd64': '07b0442f50aed883afbcc5ca3136ce45bef99aa73b7aa2e8fa4247b26f2d523f',
      'darwin-arm64': '7a6372e2b6a1a498a6aa4e9936878ff8b42c9ed818305b915133600182e2051e',
      'linux-amd64': '09203151c132f36b004615de1a3dea22117ad17e6d7a59962e34f3abf328f312',
      'linux-arm64': '2a85be1dff46238c0d799674e856c8629c8526168dd26c3de2cecfbfc6f9a0a2',
      'windows-amd64': '013fe79e5c4923704849b2de2d47efd9e75bdbfaad16363a1c1c9f9fb98b209e',
    },
  },
];
