import type { Endpoint, Variant } from './types.js';

/** The endpoint's own model, where scripts/image.sh puts it; batch and a smoke test know no other. */
const OWN = '/model.hearth';

/** Where an image has a variant's model. */
export function pathOf(endpoint: Endpoint, variant: Variant): string {
  return isOwn(endpoint, variant) ? OWN : `/variants/${variant.name}.hearth`;
}

/** Whether it is the model that the endpoint names, which is in every image of it. */
export function isOwn(endpoint: Endpoint, { model, version }: Variant): boolean {
  return model === endpoint.model && version === endpoint.version;
}

/** What the function is told of them; nothing where there are none. */
export function variantVariables(endpoint: Endpoint): Record<string, string> {
  const { variants, variantBy, shadowSample } = endpoint;
  if (variants === undefined) return {};
  return {
    HEARTH_VARIANTS: variants.map((variant) => `${variant.name}=${pathOf(endpoint, variant)}:${variant.weight}`).join(','),
    ...(variantBy === undefined ? {} : { HEARTH_VARIANT_BY: variantBy }),
    ...(shadowSample === undefined ? {} : { HEARTH_SHADOW_SAMPLE: String(shadowSample) }),
  };
}
