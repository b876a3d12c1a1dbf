import { fileURLToPath } from 'node:url';
import { suiteJsonSchema } from '../../harness/experiment/suite/index.ts';
import { writeAtomically } from '../../harness/files/index.ts';
import { gateRulesJsonSchema } from '../../harness/gate/index.ts';

// Writes the published JSON Schemas: `npm run make:schemas`.
await writeAtomically(
  fileURLToPath(
    new URL('../../harness/experiment/suite/suites/suite.schema.json', import.meta.url),
  ),
  `${JSON.stringify(suiteJsonSchema(), null, 2)}\n`,
);
await writeAtomically(
  fileURLToPath(new URL('../../harness/gate/rules/rules.schema.json', import.meta.url)),
  `${JSON.stringify(gateRulesJsonSchema(), null, 2)}\n`,
);
