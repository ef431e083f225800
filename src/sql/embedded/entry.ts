import type { Expression, Function as AnyFunction, Node, Program, Statement } from '@babel/types';
import { bare, chainOf, isExpression, nameOf, pathOf } from './chains.ts';
import { follow, memberOf, type Reading } from './follow.ts';
import { bind, bindingOf, innerScope, lookUp, type Binding, type Scope } from './scope.ts';

/** The function that is one side of a migration, and the scope inside it; `function: null` where the side exists but its function is elsewhere. */
export interface Entry {
  readonly node: Node;
  readonly function: AnyFunction | null;
  readonly scope: Scope;
}

export interface ScopedProgram {
  readonly program: Program;
  readonly scope: Scope;
}

/** The exported function, property or method of the name; null when the file has none. */
export function findEntry(reading: Reading, { program, scope }: ScopedProgram, side: string): Entry | null {
  const found = candidates(reading, program, scope, side);
  return found === null ? null : entryOf(found.binding, found.node, scope);
}

/** What the file exports under a name, by whatever way: `config` of Knex, `up`, `down`. */
export function findExport(reading: Reading, { program, scope }: ScopedProgram, name: string): Binding | null {
  return candidates(reading, program, scope, name)?.binding ?? null;
}

interface Found {
  readonly node: Node;
  readonly binding: Binding;
}

function candidates(reading: Reading, program: Program, scope: Scope, name: string): Found | null {
  for (const statement of program.body) {
    const found = exported(reading, statement, scope, name);
    if (found !== null) return found;
  }
  for (const statement of program.body) {
    const found = undeclared(statement, scope, name);
    if (found !== null) return found;
  }
  return null;
}

function exported(reading: Reading, statement: Statement, scope: Scope, name: string): Found | null {
  if (statement.type === 'ExportNamedDeclaration') return namedExport(reading, statement, scope, name);
  if (statement.type === 'ExportDefaultDeclaration') {
    const { declaration } = statement;
    if (declaration.type === 'ClassDeclaration') return memberFound(declaration, scope, name);
    return declaration.type === 'FunctionDeclaration' || declaration.type === 'TSDeclareFunction' ? null : memberOfValue(reading, declaration, scope, name);
  }
  if (statement.type === 'TSExportAssignment') return memberOfValue(reading, statement.expression, scope, name);
  return statement.type === 'ExpressionStatement' ? assigned(reading, statement.expression, scope, name) : null;
}

function namedExport(reading: Reading, statement: Extract<Statement, { type: 'ExportNamedDeclaration' }>, scope: Scope, name: string): Found | null {
  const { declaration } = statement;
  if (declaration?.type === 'FunctionDeclaration' && declaration.id?.name === name) return { node: declaration, binding: { kind: 'function', node: declaration, scope } };
  if (declaration?.type === 'ClassDeclaration') return memberFound(declaration, scope, name);
  if (declaration?.type === 'VariableDeclaration') return declared(reading, declaration, scope, name);
  for (const each of statement.specifiers) {
    if (each.type !== 'ExportSpecifier' || nameOf(each.exported) !== name) continue;
    const local = lookUp(scope, each.local.name);
    return { node: each, binding: local?.kind === 'value' ? (follow(reading, local.node, local.scope) ?? { kind: 'unknown' }) : (local ?? { kind: 'import' }) };
  }
  return null;
}

function declared(reading: Reading, declaration: Extract<Statement, { type: 'VariableDeclaration' }>, scope: Scope, name: string): Found | null {
  for (const { id, init } of declaration.declarations) {
    if (id.type !== 'Identifier' || init == null) continue;
    if (id.name === name) return { node: init, binding: follow(reading, init, scope) ?? { kind: 'unknown' } };
    const found = memberOfValue(reading, init, scope, name);
    if (found !== null) return found;
  }
  return null;
}

/** `exports.up = …`, `module.exports = { up }`, `Migration.up = …`; one assignment may hold another. */
function assigned(reading: Reading, node: Expression, scope: Scope, name: string): Found | null {
  if (node.type !== 'AssignmentExpression') return null;
  const target = isExpression(node.left) && node.left.type === 'MemberExpression' ? chainOf(node.left) : null;
  const path = target === null ? '' : pathOf(target);
  const { right } = node;
  if (path.endsWith(`.${name}`)) return { node: right, binding: valueAssigned(reading, right, scope) };
  if (path === 'module.exports' || path === 'exports.default' || path === 'exports') {
    const found = memberOfValue(reading, right, scope, name);
    if (found !== null) return found;
  }
  return assigned(reading, right, scope, name);
}

function valueAssigned(reading: Reading, right: Expression, scope: Scope): Binding {
  if (right.type === 'AssignmentExpression') return valueAssigned(reading, right.right, scope);
  return follow(reading, right, scope) ?? { kind: 'unknown' };
}

/** A member of an exported object or class, of what a call like `defineMigration({ up })` is given, or of an instance. */
function memberOfValue(reading: Reading, node: Expression, scope: Scope, name: string): Found | null {
  const found = follow(reading, node, scope);
  if (found?.kind === 'class') return memberFound(found.node, found.scope, name);
  if (found?.kind !== 'value') return null;
  const value = bare(found.node);
  if (value.type === 'ObjectExpression') {
    const member = memberOf(value, name, found.scope);
    if (member === null) return null;
    return { node: value, binding: member.kind === 'value' ? (follow(reading, member.node, member.scope) ?? member) : member };
  }
  if (value.type !== 'CallExpression' && value.type !== 'NewExpression') return null;
  for (const each of isExpression(value.callee) ? [value.callee, ...value.arguments] : value.arguments) {
    const inner = isExpression(each) && (each.type === 'ObjectExpression' || each.type === 'Identifier') ? memberOfValue(reading, each, found.scope, name) : null;
    if (inner !== null) return inner;
  }
  return null;
}

function memberFound(owner: Parameters<typeof memberOf>[0], scope: Scope, name: string): Found | null {
  const binding = memberOf(owner, name, scope);
  return binding === null ? null : { node: owner, binding };
}

/** A class or function that nothing exports in a way that is known here: TypeORM loads classes however they leave the file. */
function undeclared(statement: Statement, scope: Scope, name: string): Found | null {
  if (statement.type === 'ClassDeclaration') return memberFound(statement, scope, name);
  if (statement.type === 'FunctionDeclaration' && statement.id?.name === name) return { node: statement, binding: { kind: 'function', node: statement, scope } };
  return null;
}

function entryOf(binding: Binding, node: Node, scope: Scope): Entry | null {
  if (binding.kind === 'function') {
    const inside = innerScope(binding.scope);
    for (const [index, parameter] of binding.node.params.entries()) {
      // Sequelize hands its data types on as the second parameter.
      const isTypes = index > 0 && parameter.type === 'Identifier' && /^(Sequelize|DataTypes)$/.test(parameter.name);
      bind(inside, parameter, { kind: isTypes ? 'unknown' : 'handle' });
    }
    return { node, function: binding.node, scope: inside };
  }
  if (binding.kind === 'value') {
    const value = bindingOf(bare(binding.node), binding.scope);
    // `export const down = false` says that there is none.
    if (value.kind === 'value' && ['BooleanLiteral', 'NullLiteral', 'StringLiteral', 'NumericLiteral'].includes(value.node.type)) return null;
    if (value.kind === 'value' && value.node.type === 'Identifier' && value.node.name === 'undefined') return null;
  }
  return { node, function: null, scope };
}
