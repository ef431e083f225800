import assert from 'node:assert/strict';
import { parseConfig } from '../../src/app/config.ts';
import { UserError } from '../../src/model/errors.ts';

const whole = { role: 'app_user', setting: 'app.tenant_id', tenants: ['1', '2'] };

function mistake(rowSecurity: object): string {
  try {
    parseConfig(JSON.stringify({ rowSecurity }), '/lockstep.config.json');
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  return '';
}

describe('rowSecurity in lockstep.config.json', () => {
  it('is taken as it stands, and is off when left out', () => {
    assert.deepEqual(parseConfig(JSON.stringify({ rowSecurity: whole }), '/lockstep.config.json')?.rowSecurity, whole);
    assert.equal(parseConfig('{}', '/lockstep.config.json')?.rowSecurity, null);
  });

  it('says what it needs', () => {
    assert.equal(mistake({ role: 'app_user' }), '/lockstep.config.json:1: "rowSecurity" also needs "setting" and "tenants".');
    assert.equal(mistake({ ...whole, tenants: ['1'] }), '/lockstep.config.json:1: "rowSecurity.tenants" must hold 2 values, not 1.');
    assert.equal(mistake({ ...whole, tenants: ['1', '2', '3'] }), '/lockstep.config.json:1: "rowSecurity.tenants" must hold 2 values, not 3.');
    assert.match(mistake({ ...whole, setting: 'tenant' }), /the name of a setting such as "app\.tenant_id"/);
  });
});
