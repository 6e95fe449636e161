import { endpoints, environments } from './config.js';
import { resolve } from './src/endpoint.js';
import { isOwn } from './src/variants.js';

// For scripts/release.sh: name, model file, machine type and version of each endpoint, a line each;
// then the name, the model file and the version of each variant that has another model.
for (const listed of endpoints) {
  const endpoint = resolve(listed, environments[0]!);
  const variants = (listed.variants ?? []).filter((variant) => !isOwn(listed, variant));
  console.log(listed.name, endpoint.model, endpoint.architecture === 'arm64' ? 'arm64' : 'amd64', endpoint.version ?? '-',
    ...variants.flatMap(({ name, model, version }) => [name, model, version ?? '-']));
}
