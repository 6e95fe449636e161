import { endpoints, environments } from './config.js';
import { resolve } from './src/endpoint.js';

// For scripts/release.sh: name, model file, machine type and version of each endpoint, a line each.
for (const listed of endpoints) {
  const endpoint = resolve(listed, environments[0]!);
  console.log(listed.name, endpoint.model, endpoint.architecture === 'arm64' ? 'arm64' : 'amd64', endpoint.version ?? '-');
}
