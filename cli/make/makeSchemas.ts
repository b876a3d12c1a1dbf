import { writeFile } from 'node:fs/promises';
import { suiteJsonSchema } from '../../harness/experiment/suite/index.ts';
import { gateRulesJsonSchema } from '../../harness/gate/index.ts';

// Writes the published JSON Schemas: `npm run make:schemas`.
await writeFile(
  new URL('../../harness/experiment/suite/suites/suite.schema.json', import.meta.url),
  `${JSON.stringify(suiteJsonSchema(), null, 2)}\n`,
);
await writeFile(
  new URL('../../harness/gate/rules/rules.schema.json', import.meta.url),
  `${JSON.stringify(gateRulesJsonSchema(), null, 2)}\n`,
);
