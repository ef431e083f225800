import { columnForms } from './columns.ts';
import { constraintForms } from './constraints.ts';
import type { Form } from './form.ts';
import { objectForms } from './objects.ts';
import { rowForms } from './rows.ts';
import { tableForms } from './tables.ts';

/** All forms that run in a transaction. */
export const forms: readonly Form[] = [...columnForms, ...constraintForms, ...tableForms, ...objectForms, ...rowForms];
