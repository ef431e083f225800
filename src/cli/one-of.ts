import { UserError } from '../model/errors.ts';

/** The value of an option that takes one of a few words. */
export function oneOf<T extends string>(values: readonly T[], given: string, option: string): T {
  const found = values.find((value) => value === given);
  if (found !== undefined) return found;
  throw new UserError('usage', `${option} cannot be “${given}”.`, `It is one of ${values.join(', ')}.`);
}
