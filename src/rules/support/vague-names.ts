import type { NamingPolicy } from '../../model/config.ts';

/** Whether a name consists of words that say nothing, numbers among them, or is empty. */
export function isVague(name: string, { vagueWords }: NamingPolicy): boolean {
  const vague = new Set(vagueWords.map((word) => word.toLowerCase()));
  const words = name.toLowerCase().split(/[\s_-]+/).filter((word) => word !== '');
  return words.every((word) => vague.has(word) || /^v?\d+$/.test(word));
}

/** Whether a name follows one of the team's patterns; true where it has none. */
export function matchesPattern(name: string, { patterns }: NamingPolicy): boolean {
  return patterns.length === 0 || patterns.some((pattern) => new RegExp(pattern).test(name));
}
