import type { Expression } from '@babel/types';
import { bare, chainOf, isExpression, nameOf } from './chains.ts';
import { within, type Reading } from './follow.ts';
import { lookUp, type Scope } from './scope.ts';

/** Whether an expression is the connection, or something that the tool hands to a migration to work with. */
export function isHandle(reading: Reading, node: Expression, scope: Scope): boolean {
  return (
    within(reading, () => {
      const { root, links } = chainOf(bare(node));
      const isOpen = links.every((each) => each.call === null || handsOn.has(each.name));
      if (root.type === 'ThisExpression') return isOpen && links.every((each) => !own.has(each.name));
      if (root.type !== 'Identifier') return false;
      if (links.length === 1 && links[0]?.name === '' && wraps.has(root.name)) return firstIsHandle(reading, links[0].call?.arguments ?? [], scope);
      return isOpen && isHandleName(reading, root.name, scope);
    }) ?? false
  );
}

function firstIsHandle(reading: Reading, given: readonly { readonly type: string }[], scope: Scope): boolean {
  const first = given[0];
  // An argument is an expression unless it is spread.
  return first !== undefined && first.type !== 'SpreadElement' && first.type !== 'ArgumentPlaceholder' && isHandle(reading, first as Expression, scope);
}

function isHandleName(reading: Reading, name: string, scope: Scope): boolean {
  const found = lookUp(scope, name);
  if (found === null || found.kind === 'import') return connections.has(name);
  if (found.kind === 'handle') return true;
  return found.kind === 'value' && !isSelf(found.node, name) && isExpression(found.node) && isHandle(reading, found.node, found.scope);
}

/** A name that is bound to itself, as in `let db = db`, leads nowhere. */
function isSelf(node: Expression, name: string): boolean {
  return node.type === 'Identifier' && nameOf(node) === name && node.start === undefined;
}

/** What modules call a connection that they import. */
const connections = new Set(['db', 'knex', 'client', 'pool', 'prisma', 'sequelize', 'queryInterface', 'queryRunner', 'pgm', 'tx', 'trx', 'conn', 'connection', 'em', 'orm', 'database', 'pg', 'dataSource']);
/** Functions that make a connection of a connection. */
const wraps = new Set(['drizzle', 'promisify']);
/** Calls whose result is a connection again. */
const handsOn = new Set(['transaction', 'connect', 'getQueryInterface', 'getConnection', 'createQueryRunner', 'getKnex', 'getKysely', 'withSchema', 'acquire', 'reserve', 'connection', 'startTransaction']);
/** Members of a migration's class that are no connection. */
const own = new Set(['name', 'logger', 'log', 'config', 'constructor']);

/** Calls of a connection that change nothing that a check would look at. */
export const readsOnly = new Set([
  'hasTable', 'hasColumn', 'hasSchema', 'hasDatabase', 'getTable', 'getTables', 'getView', 'getViews', 'describeTable', 'showAllTables', 'showIndex', 'tableExists',
  'connect', 'release', 'end', 'destroy', 'close', 'commit', 'rollback', 'startTransaction', 'commitTransaction', 'rollbackTransaction', 'isTransactionActive',
  'log', 'debug', 'info', 'warn', 'error', 'getDialect', 'getQueryInterface', 'getConnection', 'getKnex', 'getKysely', 'createQueryRunner', 'withSchema', 'acquire', 'reserve',
  'escape', 'escapeId', 'quoteIdentifier', 'quoteTable', 'toString', 'func', 'on', 'once', 'off', 'then', 'catch', 'finally', 'validateSync', 'ref', 'literal', 'identifier', 'lit', 'val',
]);
