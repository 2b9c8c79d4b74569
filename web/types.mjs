// Writes src/api/schema.d.ts from ../openapi.yaml. It is not committed, so it cannot go stale; `npm run check` and `npm test` make it anew.
import { writeFile } from 'node:fs/promises';
import openapiTypescript, { astToString } from 'openapi-typescript';
import ts from 'typescript';

const contract = new URL('../openapi.yaml', import.meta.url);
const out = new URL('src/api/schema.d.ts', import.meta.url);

const number = ts.factory.createKeywordTypeNode(ts.SyntaxKind.NumberKeyword);
const bigint = ts.factory.createKeywordTypeNode(ts.SyntaxKind.BigIntKeyword);

// The API's integers go up to 2^63 - 1: what is beyond 2^53 comes out of the parser as a bigint. Those with a maximum cannot get there.
const transform = (schema) =>
  schema.type === 'integer' && schema.maximum === undefined ? ts.factory.createUnionTypeNode([number, bigint])
  : Array.isArray(schema.type) && schema.type.includes('integer') ? ts.factory.createUnionTypeNode([number, bigint, ts.factory.createLiteralTypeNode(ts.factory.createNull())])
  : undefined;

await writeFile(out, astToString(await openapiTypescript(contract, { transform, silent: true })));
