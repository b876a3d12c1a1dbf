import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { wireErrorSchema, wireRoutes } from '../../harness/drivers/http/index.ts';

/** The routes as an OpenAPI 3.1 document, from the schemas that requests are checked with. */
export function openApiDocument(microscope: string, hasToken: boolean): object {
  const paths = Object.entries(wireRoutes).map(([path, { summary, request, answer }]) => {
    const post = {
      summary,
      operationId: path.slice(1).replaceAll('/', '_'),
      requestBody: { content: json(request, 'input'), required: false },
      responses: {
        200: {
          description: summary,
          content:
            answer instanceof z.ZodType ? json(answer, 'output') : { [answer]: { schema: true } },
        },
        default: { $ref: '#/components/responses/Error' },
      },
    };
    const { requestBody: _, ...get } = { ...post, operationId: `get_${post.operationId}` };
    if (path !== '/health') return [path, { post }];
    // Whether a server is there may be asked without its token.
    const open = hasToken ? { security: [] } : {};
    return [path, { get: { ...get, ...open }, post: { ...post, ...open } }];
  });
  return {
    openapi: '3.1.0',
    info: {
      title: `semfocus serve: ${microscope}`,
      version: '1',
      description: 'A scanning electron microscope. Units are SI: m, s, A. See docs/wire.md.',
    },
    paths: Object.fromEntries(paths),
    components: {
      responses: {
        Error: { description: 'Why not', content: json(wireErrorSchema, 'output') },
      },
      ...(hasToken && { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } }),
    },
    ...(hasToken && { security: [{ token: [] }] }),
  };
}

function json(schema: z.ZodType, io: 'input' | 'output'): object {
  const { $schema: _, ...described } = z.toJSONSchema(schema, { io });
  return { 'application/json': { schema: withLists(described) } };
}

/** Tuples of one kind of value as lists of so many: there are tools that do not know `prefixItems`. */
function withLists(described: object): object {
  return JSON.parse(JSON.stringify(described), (_name, value) => {
    const { prefixItems, ...rest } = value ?? {};
    const isOfOneKind =
      Array.isArray(prefixItems) &&
      prefixItems.every((item) => isDeepStrictEqual(item, prefixItems[0]));
    return isOfOneKind ? { ...rest, items: prefixItems[0] } : value;
  });
}
