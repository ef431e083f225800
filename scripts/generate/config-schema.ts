import { configSchema, type Schema } from '../../src/app/config-schema.ts';

/** The JSON schema of `lockstep.config.json`: what the reader checks is what editors complete. */
export function generate(): Promise<ReadonlyMap<string, string>> {
  const schema = { $schema: 'http://json-schema.org/draft-07/schema#', title: 'Lockstep', ...published(configSchema), allowComments: true, allowTrailingCommas: true };
  return Promise.resolve(new Map([['media/lockstep.schema.json', `${JSON.stringify(schema, null, 2)}\n`]]));
}

/** Unknown keys are mistakes, and one type needs no list. */
function published(schema: Schema): Readonly<Record<string, unknown>> {
  const { type, patternWords, items, properties, additionalProperties, ...rest } = schema;
  return {
    type: type.length === 1 ? type[0] : type,
    ...rest,
    ...(patternWords === undefined ? {} : { patternErrorMessage: `Must be ${patternWords}.` }),
    ...(items === undefined ? {} : { items: published(items) }),
    ...(properties === undefined ? {} : { properties: Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, published(value)])) }),
    ...(type.includes('object') ? { additionalProperties: additionalProperties === undefined ? false : published(additionalProperties) } : {}),
  };
}
